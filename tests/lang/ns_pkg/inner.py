v = "namespace"
