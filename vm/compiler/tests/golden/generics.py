def f[T](x: T) -> T:
    return x
class C[T, *Ts]:
    def m(self, y: T): ...
type Alias[K] = dict[K, int]
