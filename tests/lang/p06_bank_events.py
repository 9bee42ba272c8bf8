import heapq, itertools, random
class Insufficient(Exception):
    def __init__(self, need, have): super().__init__(f"need {need}, have {have}"); self.need, self.have = need, have
class Account:
    _ids = None
    def __init__(self, owner, balance=0): self.owner, self._balance, self.history = owner, balance, []
    @property
    def balance(self): return self._balance
    def deposit(self, amount):
        if amount <= 0: raise ValueError(f"cannot deposit {amount}")
        self._balance += amount; self.history.append(("+", amount))
    def withdraw(self, amount):
        if amount > self._balance: raise Insufficient(amount, self._balance)
        self._balance -= amount; self.history.append(("-", amount))
    def __repr__(self): return f"{type(self).__name__}({self.owner!r}, {self.balance})"
    def __lt__(self, other): return (self.balance, self.owner) < (other.balance, other.owner)
class Savings(Account):
    rate = 0.05
    def add_interest(self): self.deposit(round(self.balance * self.rate, 2))
class Limited(Account):
    def withdraw(self, amount):
        if amount > 100: raise ValueError("limit is 100")
        super().withdraw(amount)
accounts = [Account("ann", 500), Savings("bob", 1000), Limited("cat", 300)]
rng = random.Random(5)
log = []
queue, tick = [], itertools.count()
def schedule(when, action, *args): heapq.heappush(queue, (when, next(tick), action, args))
def transfer(now, src, dst, amount):
    try: src.withdraw(amount)
    except Insufficient as e: log.append((now, "refused", str(e)))
    except ValueError as e: log.append((now, "invalid", str(e)))
    else: dst.deposit(amount); log.append((now, f"{src.owner}->{dst.owner}", amount))
    if now < 40: schedule(now + rng.randint(1, 5), transfer, *rng.sample(accounts, 2), rng.randrange(10, 400))
def interest(now, account):
    account.add_interest(); log.append((now, "interest", account.balance))
    if now < 40: schedule(now + 10, interest, account)
schedule(0, transfer, accounts[0], accounts[1], 50)
schedule(1, transfer, accounts[2], accounts[0], 20)
schedule(10, interest, accounts[1])
while queue:
    now, _, action, args = heapq.heappop(queue); action(now, *args)
for entry in log: print(*entry)
print(accounts, max(accounts), sorted(accounts), [len(a.history) for a in accounts])
for bad in (-5, 0):
    try: accounts[0].deposit(bad)
    except ValueError as e: print(e)
try: accounts[0].balance = 5
except AttributeError as e: print(e)
