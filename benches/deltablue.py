"""An incremental solver of one-way constraints (the DeltaBlue algorithm of Freeman-Benson and Maloney).

Constraints of different strengths compete to determine variables; adding and removing them re-plans only what they touch.
Measures polymorphic method calls on a graph of small objects."""
import sys

REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK_DEFAULT, WEAKEST = range(7)
NONE, FORWARD, BACKWARD = 0, 1, 2


class Variable:
    def __init__(self, name, value=0):
        self.name = name
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walk_strength = WEAKEST
        self.stay = True


class Constraint:
    def __init__(self, strength, planner):
        self.strength = strength
        self.planner = planner

    def is_input(self):
        return False

    def add(self):
        self.attach()
        self.planner.incremental_add(self)

    def remove(self):
        if self.is_satisfied():
            self.planner.incremental_remove(self)
        else:
            self.detach()

    def satisfy(self, mark):
        """Tries to enforce this constraint; returns the constraint it overrode, if any."""
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise RuntimeError("could not satisfy a required constraint")
            return None
        self.mark_inputs(mark)
        output = self.output()
        overridden = output.determined_by
        if overridden is not None:
            overridden.mark_unsatisfied()
        output.determined_by = self
        if not self.planner.add_propagate(self, mark):
            raise RuntimeError("cycle encountered")
        output.mark = mark
        return overridden


class Unary(Constraint):
    def __init__(self, variable, strength, planner):
        Constraint.__init__(self, strength, planner)
        self.variable = variable
        self.satisfied = False
        self.add()

    def attach(self):
        self.variable.constraints.append(self)
        self.satisfied = False

    def detach(self):
        if self in self.variable.constraints:
            self.variable.constraints.remove(self)
        self.satisfied = False

    def choose_method(self, mark):
        self.satisfied = self.variable.mark != mark and self.strength < self.variable.walk_strength

    def is_satisfied(self):
        return self.satisfied

    def mark_inputs(self, mark):
        pass

    def inputs_known(self, mark):
        return True

    def output(self):
        return self.variable

    def mark_unsatisfied(self):
        self.satisfied = False

    def recalculate(self):
        self.variable.walk_strength = self.strength
        self.variable.stay = not self.is_input()
        if self.variable.stay:
            self.execute()

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    def is_input(self):
        return True


class Binary(Constraint):
    def __init__(self, first, second, strength, planner):
        Constraint.__init__(self, strength, planner)
        self.first = first
        self.second = second
        self.direction = NONE
        self.add()

    def attach(self):
        self.first.constraints.append(self)
        self.second.constraints.append(self)
        self.direction = NONE

    def detach(self):
        for variable in (self.first, self.second):
            if self in variable.constraints:
                variable.constraints.remove(self)
        self.direction = NONE

    def choose_method(self, mark):
        first, second = self.first, self.second
        if first.mark == mark:
            usable = second.mark != mark and self.strength < second.walk_strength
            self.direction = FORWARD if usable else NONE
        elif second.mark == mark:
            self.direction = BACKWARD if self.strength < first.walk_strength else NONE
        elif first.walk_strength > second.walk_strength:
            self.direction = BACKWARD if self.strength < first.walk_strength else NONE
        else:
            self.direction = FORWARD if self.strength < second.walk_strength else NONE

    def is_satisfied(self):
        return self.direction != NONE

    def input(self):
        return self.first if self.direction == FORWARD else self.second

    def output(self):
        return self.second if self.direction == FORWARD else self.first

    def mark_inputs(self, mark):
        self.input().mark = mark

    def mark_unsatisfied(self):
        self.direction = NONE

    def inputs_known(self, mark):
        source = self.input()
        return source.mark == mark or source.stay or source.determined_by is None

    def recalculate(self):
        source, target = self.input(), self.output()
        target.walk_strength = max(self.strength, source.walk_strength)
        target.stay = source.stay
        if target.stay:
            self.execute()


class Equal(Binary):
    def execute(self):
        self.output().value = self.input().value


class Scale(Binary):
    """second == first * factor + offset; the two coefficients are variables as well."""

    def __init__(self, first, factor, offset, second, strength, planner):
        self.factor = factor
        self.offset = offset
        Binary.__init__(self, first, second, strength, planner)

    def attach(self):
        Binary.attach(self)
        self.factor.constraints.append(self)
        self.offset.constraints.append(self)

    def detach(self):
        Binary.detach(self)
        for variable in (self.factor, self.offset):
            if self in variable.constraints:
                variable.constraints.remove(self)

    def mark_inputs(self, mark):
        Binary.mark_inputs(self, mark)
        self.factor.mark = self.offset.mark = mark

    def execute(self):
        if self.direction == FORWARD:
            self.second.value = self.first.value * self.factor.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.factor.value

    def recalculate(self):
        source, target = self.input(), self.output()
        target.walk_strength = max(self.strength, source.walk_strength)
        target.stay = source.stay and self.factor.stay and self.offset.stay
        if target.stay:
            self.execute()


class Planner:
    def __init__(self):
        self.mark = 0

    def next_mark(self):
        self.mark += 1
        return self.mark

    def incremental_add(self, constraint):
        mark = self.next_mark()
        overridden = constraint.satisfy(mark)
        while overridden is not None:
            overridden = overridden.satisfy(mark)

    def incremental_remove(self, constraint):
        output = constraint.output()
        constraint.mark_unsatisfied()
        constraint.detach()
        unsatisfied = self.remove_propagate_from(output)
        for strength in range(REQUIRED, WEAKEST):
            for candidate in unsatisfied:
                if candidate.strength == strength:
                    self.incremental_add(candidate)

    def make_plan(self, sources):
        mark = self.next_mark()
        plan = []
        todo = list(sources)
        while todo:
            constraint = todo.pop()
            output = constraint.output()
            if output.mark != mark and constraint.inputs_known(mark):
                plan.append(constraint)
                output.mark = mark
                self.consuming(output, todo)
        return plan

    def plan_from(self, constraints):
        return self.make_plan([c for c in constraints if c.is_input() and c.is_satisfied()])

    def add_propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            current = todo.pop()
            if current.output().mark == mark:
                self.incremental_remove(constraint)
                return False
            current.recalculate()
            self.consuming(current.output(), todo)
        return True

    def remove_propagate_from(self, output):
        output.determined_by = None
        output.walk_strength = WEAKEST
        output.stay = True
        unsatisfied = []
        todo = [output]
        while todo:
            variable = todo.pop()
            unsatisfied.extend(c for c in variable.constraints if not c.is_satisfied())
            determining = variable.determined_by
            for constraint in variable.constraints:
                if constraint is not determining and constraint.is_satisfied():
                    constraint.recalculate()
                    todo.append(constraint.output())
        return unsatisfied

    @staticmethod
    def consuming(variable, into):
        determining = variable.determined_by
        for constraint in variable.constraints:
            if constraint is not determining and constraint.is_satisfied():
                into.append(constraint)


def chain_test(length):
    """A long chain of equalities: an edit at one end must reach the other."""
    planner = Planner()
    variables = [Variable("v%d" % i) for i in range(length + 1)]
    for first, second in zip(variables, variables[1:]):
        Equal(first, second, REQUIRED, planner)
    Stay(variables[-1], STRONG_DEFAULT, planner)
    edit = Edit(variables[0], PREFERRED, planner)
    plan = planner.plan_from([edit])
    total = 0
    for value in range(100):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        if variables[-1].value != value:
            raise RuntimeError("chain test failed")
        total += variables[-1].value
    return total


def change(planner, variable, value):
    edit = Edit(variable, PREFERRED, planner)
    plan = planner.plan_from([edit])
    for _ in range(10):
        variable.value = value
        for constraint in plan:
            constraint.execute()
    edit.remove()


def projection_test(count):
    """Many pairs tied by one scale and offset: edits on either side must hold on the other."""
    planner = Planner()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    targets = []
    source = target = None
    for i in range(count):
        source, target = Variable("source", i), Variable("target", i)
        targets.append(target)
        Stay(source, NORMAL, planner)
        Scale(source, scale, offset, target, REQUIRED, planner)
    change(planner, source, 17)
    if target.value != 1170:
        raise RuntimeError("projection forward failed")
    change(planner, target, 1050)
    if source.value != 5:
        raise RuntimeError("projection backward failed")
    change(planner, scale, 5)
    if any(t.value != i * 5 + 1000 for i, t in enumerate(targets[:-1])):
        raise RuntimeError("projection scale failed")
    change(planner, offset, 2000)
    if any(t.value != i * 5 + 2000 for i, t in enumerate(targets[:-1])):
        raise RuntimeError("projection offset failed")
    return sum(t.value for t in targets)


def main(rounds, length):
    total = 0
    for _ in range(rounds):
        total += chain_test(length) + projection_test(length)
    print(rounds, length, total)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main(*{"small": (1, 1500), "full": (20, 6000)}[size])
