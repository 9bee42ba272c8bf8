def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

from datetime import *
import datetime as dt
d = date(2024, 2, 29)
print(d, repr(d), d.year, d.weekday(), d.isoweekday(), d.isocalendar(), d.isoformat())
print(d.strftime("%Y/%m/%d %a %A %b %B %j %U %w %y %%"), d.toordinal(), date.fromordinal(1))
print(d.replace(year=2023, day=1), d.ctime(), date.fromisoformat("2024-W09-4"))
print(date.fromisocalendar(2024, 1, 1), d.timetuple()[:3])
print(d + timedelta(1), d - timedelta(days=60), d - date(2024, 1, 1), d < date(2025, 1, 1))
print(d == date(2024, 2, 29), hash(d) == hash(date(2024, 2, 29)), date.min, date.max, date.resolution)
print(d.timetuple().tm_yday)
t = timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5, microseconds=6)
print(t, repr(t), t.days, t.seconds, t.microseconds, t.total_seconds(), -t, abs(-t), t * 2, t / 2)
print(t // timedelta(hours=1), t % timedelta(hours=1), divmod(t, timedelta(hours=5)))
print(t / timedelta(hours=1), timedelta(weeks=1), timedelta(0), bool(timedelta()), timedelta(hours=-1))
print(timedelta(seconds=1.5), timedelta.max, t + t, t - t, timedelta(1) < timedelta(2))
x = time(1, 2, 3, 4)
print(x, repr(x), x.isoformat("milliseconds"), x.replace(hour=5), time(1, 2))
print(time.fromisoformat("10:20:30.5"), x.strftime("%H-%M-%S-%f %I %p"), time.min, time(1) < time(2))
print(time(12, tzinfo=timezone.utc), bool(time(0)))
n = datetime(2024, 1, 2, 3, 4, 5, 678901)
print(n, repr(n), n.date(), n.time(), n.isoformat(), n.isoformat(" ", "seconds"), n + timedelta(hours=22))
print(n - datetime(2023, 1, 1), n.replace(microsecond=0))
print(n.strftime("%c|%x|%X|%p|%I|%f|%y|%G-%V-%u|%-d" if False else "%c|%x|%X|%p|%I|%f|%y|%G-%V-%u"))
print(n.timetuple().tm_wday, n.ctime(), datetime.combine(d, x), n.weekday(), n < datetime(2025, 1, 1))
print(n == d, datetime.min)
for s in ["2024-01-02", "2024-01-02T03:04", "2024-01-02 03:04:05", "2024-01-02T03:04:05.678",
    "2024-01-02T03:04:05Z", "2024-01-02T03:04:05+05:30", "20240102T030405", "2024-W01-2",
    "2024-01-02T03:04:05.123456789"]:
    print(s, datetime.fromisoformat(s))
for s, f in [("2024-01-02", "%Y-%m-%d"), ("02/Jan/2024:03:04:05", "%d/%b/%Y:%H:%M:%S"),
    ("Tue Jan  2 2024", "%a %b %d %Y"), ("11:59 PM", "%I:%M %p"), ("2024 033", "%Y %j"), ("1.5", "%S.%f"),
    ("24-1-1", "%y-%m-%d"), ("2024-01-02 +0530", "%Y-%m-%d %z"), ("100%", "100%%")]:
    print(s, datetime.strptime(s, f))
z = timezone(timedelta(hours=5, minutes=30))
print(z, repr(z), timezone.utc, timezone(timedelta(hours=-3), "BRT"), z.utcoffset(None), repr(timezone.utc))
a = datetime(2024, 1, 1, 12, tzinfo=z)
print(a, a.astimezone(timezone.utc), a.utcoffset(), a.tzname(), a.dst())
print(a == datetime(2024, 1, 1, 6, 30, tzinfo=timezone.utc), a - datetime(2024, 1, 1, tzinfo=timezone.utc))
print(a.timestamp(), a.utctimetuple()[:5], datetime.fromtimestamp(0, timezone.utc))
print(datetime.fromtimestamp(1e9 + 0.5, UTC), a.timetz(), a.isoformat(), a.strftime("%z %Z %:z"))
for bad in (lambda: date(2023, 2, 29), lambda: date(0, 1, 1), lambda: date(2024, 13, 1),
    lambda: date(2024, 1), lambda: date("a", 1, 1), lambda: datetime(2024, 1, 1, 24), lambda: time(25),
    lambda: time(1, 60), lambda: timedelta(days=10 ** 10), lambda: date.max + timedelta(1), lambda: d + 1,
    lambda: d - "x", lambda: d < 5, lambda: n < d, lambda: a < n, lambda: a - n, lambda: timedelta(1) + 1,
    lambda: timedelta(1) * "a", lambda: timedelta(1) / 0, lambda: timedelta(1) < 1,
    lambda: datetime.fromisoformat("nope"), lambda: date.fromisoformat("2024-1-1"),
    lambda: datetime.strptime("x", "%Y"), lambda: datetime.strptime("2024x", "%Y"),
    lambda: datetime.strptime("1", "%Q"), lambda: timezone(timedelta(days=1)), lambda: timezone(5),
    lambda: datetime(2024, 1, 1, tzinfo=5), lambda: d.replace(month=0), lambda: date.fromordinal(0),
    lambda: datetime.fromtimestamp(1e20, UTC), lambda: time.fromisoformat("25:00"), lambda: d.strftime(5),
    lambda: datetime.combine(1, 2), lambda: date.fromisocalendar(2024, 60, 1)):
    err(bad)
class TZ(tzinfo):
    def utcoffset(self, x): return timedelta(hours=2)
    def dst(self, x): return timedelta(0)
    def tzname(self, x): return "TZ"
print(datetime(2024, 6, 1, tzinfo=TZ()), datetime(2024, 6, 1, tzinfo=TZ()).tzname())
print(datetime(2024, 6, 1, 12, tzinfo=UTC).astimezone(TZ()))
class MyD(date):
    def hello(self): return "hello %d" % self.year
print(MyD(2024, 1, 1).hello(), type(MyD(2024, 1, 1) + timedelta(1)).__name__)
print(sorted([date(2024, 2, 1), date(2023, 1, 1)]), {date(2024, 1, 1): 1}[date(2024, 1, 1)])
print(f"{d:%d.%m.%Y}", "{:%H}".format(n))
import copy, pickle
print(copy.copy(n) == n, pickle.loads(pickle.dumps([d, n, t, x, z])) == [d, n, t, x, z])
print(isinstance(n, date), n.fold, n.replace(fold=1).fold, timedelta(microseconds=0.5))
print(timedelta(microseconds=1.5), round(timedelta(seconds=2.7).total_seconds(), 1))
