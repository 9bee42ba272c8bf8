class A(Base, metaclass=M):
    """Doc."""
    x: int = 1
    def __init__(self, v):
        super().__init__(v)
        self.__v = v
    @property
    def v(self): return self.__v
