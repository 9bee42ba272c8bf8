"""A simulated operating system: tasks pass packets under a priority scheduler.

The workload is Martin Richards' benchmark; every task is an object with a `run` method, so this measures method calls,
attributes and linked lists.  The totals at the end are the ones the original prints."""
import sys

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE, WORK = 0, 1
DATA_SIZE = 4


class Packet:
    def __init__(self, link, owner, kind):
        self.link = link
        self.owner = owner
        self.kind = kind
        self.datum = 0
        self.data = [0] * DATA_SIZE

    def after(self, queue):
        """Puts this packet at the end of a queue and returns the queue's head."""
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, system, ident, priority, queue, ready):
        self.system = system
        self.ident = ident
        self.priority = priority
        self.queue = queue
        self.has_packet = queue is not None
        self.waiting = not ready
        self.held = False
        self.next = system.first
        system.first = self
        system.table[ident] = self

    def blocked(self):
        return self.held or (self.waiting and not self.has_packet)

    def step(self):
        packet = None
        if self.waiting and self.has_packet:
            packet = self.queue
            self.queue = packet.link
            self.has_packet = self.queue is not None
            self.waiting = False
        return self.run(packet)

    def receive(self, packet, sender):
        if self.queue is None:
            self.queue = packet
            self.has_packet = True
            if self.priority > sender.priority:
                return self
        else:
            packet.after(self.queue)
        return sender

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.system.holds += 1
        self.held = True
        return self.next

    def send(self, packet):
        target = self.system.table[packet.owner]
        self.system.packets += 1
        packet.link = None
        packet.owner = self.ident
        return target.receive(packet, self)

    def release(self, ident):
        task = self.system.table[ident]
        task.held = False
        return task if task.priority > self.priority else self


class Idle(Task):
    def __init__(self, system, count):
        Task.__init__(self, system, IDLE, 0, None, True)
        self.control = 1
        self.count = count

    def run(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.hold()
        if self.control & 1 == 0:
            self.control >>= 1
            return self.release(DEVICE_A)
        self.control = self.control >> 1 ^ 0xD008
        return self.release(DEVICE_B)


class Worker(Task):
    def __init__(self, system, queue):
        Task.__init__(self, system, WORKER, 1000, queue, False)
        self.target = HANDLER_A
        self.letter = 0

    def run(self, packet):
        if packet is None:
            return self.wait()
        self.target = HANDLER_B if self.target == HANDLER_A else HANDLER_A
        packet.owner = self.target
        packet.datum = 0
        for i in range(DATA_SIZE):
            self.letter += 1
            if self.letter > 26:
                self.letter = 1
            packet.data[i] = 64 + self.letter
        return self.send(packet)


class Handler(Task):
    def __init__(self, system, ident, priority, queue):
        Task.__init__(self, system, ident, priority, queue, False)
        self.work = None
        self.devices = None

    def run(self, packet):
        if packet is not None:
            if packet.kind == WORK:
                self.work = packet.after(self.work)
            else:
                self.devices = packet.after(self.devices)
        work = self.work
        if work is None:
            return self.wait()
        position = work.datum
        if position >= DATA_SIZE:
            self.work = work.link
            return self.send(work)
        device = self.devices
        if device is None:
            return self.wait()
        self.devices = device.link
        device.datum = work.data[position]
        work.datum = position + 1
        return self.send(device)


class Device(Task):
    def __init__(self, system, ident, priority):
        Task.__init__(self, system, ident, priority, None, False)
        self.pending = None

    def run(self, packet):
        if packet is None:
            packet = self.pending
            if packet is None:
                return self.wait()
            self.pending = None
            return self.send(packet)
        self.pending = packet
        return self.hold()


class System:
    def __init__(self, count):
        self.table = [None] * 6
        self.first = None
        self.packets = 0
        self.holds = 0
        Idle(self, count)
        Worker(self, self.chain(2, None, WORK))
        Handler(self, HANDLER_A, 2000, self.chain(3, DEVICE_A, DEVICE))
        Handler(self, HANDLER_B, 3000, self.chain(3, DEVICE_B, DEVICE))
        Device(self, DEVICE_A, 4000)
        Device(self, DEVICE_B, 5000)

    @staticmethod
    def chain(length, owner, kind):
        queue = None
        for _ in range(length):
            queue = Packet(queue, owner, kind)
        return queue

    def schedule(self):
        task = self.first
        while task is not None:
            if task.blocked():
                task = task.next
            else:
                task = task.step()


def main(rounds):
    results = set()
    for _ in range(rounds):
        system = System(10_000)
        system.schedule()
        results.add((system.packets, system.holds))
    print(rounds, sorted(results))


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 4, "full": 100}[size])
