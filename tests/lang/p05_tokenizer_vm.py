from dataclasses import dataclass
from enum import Enum, auto
class Op(Enum):
    PUSH = auto(); ADD = auto(); SUB = auto(); MUL = auto(); LT = auto(); JUMP = auto(); JUMPF = auto(); LOAD = auto(); STORE = auto(); PRINT = auto(); CALL = auto(); RET = auto(); HALT = auto()
@dataclass(frozen=True)
class Ins:
    op: Op
    arg: object = None
class VmError(Exception): pass
class Vm:
    def __init__(self, program): self.program, self.stack, self.names, self.calls, self.out, self.steps = program, [], {}, [], [], 0
    def run(self, limit=100_000):
        pc = 0
        while True:
            self.steps += 1
            if self.steps > limit: raise VmError("too many steps")
            try: ins = self.program[pc]
            except IndexError: raise VmError(f"fell off the program at {pc}") from None
            pc += 1
            match ins:
                case Ins(Op.PUSH, v): self.stack.append(v)
                case Ins(Op.ADD | Op.SUB | Op.MUL | Op.LT as op):
                    try: b, a = self.stack.pop(), self.stack.pop()
                    except IndexError as e: raise VmError("stack underflow") from e
                    self.stack.append({Op.ADD: a + b, Op.SUB: a - b, Op.MUL: a * b, Op.LT: a < b}[op])
                case Ins(Op.LOAD, n):
                    if n not in self.names: raise VmError(f"unknown name {n!r}")
                    self.stack.append(self.names[n])
                case Ins(Op.STORE, n): self.names[n] = self.stack.pop()
                case Ins(Op.JUMP, t): pc = t
                case Ins(Op.JUMPF, t): pc = pc if self.stack.pop() else t
                case Ins(Op.CALL, t): self.calls.append(pc); pc = t
                case Ins(Op.RET): pc = self.calls.pop()
                case Ins(Op.PRINT): self.out.append(self.stack.pop())
                case Ins(Op.HALT): return self.out
def assemble(text):
    labels, code = {}, []
    for line in text.strip().splitlines():
        line = line.split("#")[0].strip()
        if not line: continue
        if line.endswith(":"): labels[line[:-1]] = len(code); continue
        name, *rest = line.split()
        code.append((Op[name.upper()], rest[0] if rest else None))
    def fix(op, arg):
        if op in (Op.JUMP, Op.JUMPF, Op.CALL): return labels[arg]
        if op is Op.PUSH: return int(arg)
        return arg
    return [Ins(op, fix(op, arg)) for op, arg in code]
PROGRAM = """
    push 0
    store i
    push 1
    store f
loop:
    load i          # while i < 20
    push 20
    lt
    jumpf end
    load i
    push 1
    add
    store i
    call mul
    jump loop
mul:
    load f
    load i
    mul
    store f
    ret
end:
    load f
    print
    halt
"""
vm = Vm(assemble(PROGRAM))
print(vm.run(), vm.steps, sorted(vm.names.items()))
for bad in ("add", "load x", "push 1", "here:\njump here"):
    try: print(Vm(assemble(bad)).run(1000))
    except VmError as e: print(e, type(e.__cause__).__name__)
try: assemble("frob 1")
except KeyError as e: print("KeyError", e)
print(assemble("push 3\nprint")[0], Op.PUSH.value, Op["HALT"].name)
