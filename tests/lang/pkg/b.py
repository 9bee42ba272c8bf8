from .a import name as a_name
name = "b after " + a_name
