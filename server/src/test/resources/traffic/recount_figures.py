"""Recounts a merchant's figures from a recording, in its own way, and prints them as JSON.

python3 recount_figures.py FOLDER RECORDING ONE_OF APPLIED NOWS: of ONE_OF people one is taken; APPLIED are the times at
which the program came into force, NOWS those at which retention is read, in seconds and parted by commas.
"""
import csv, gzip, json, sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

folder, recording, one_of = sys.argv[1], sys.argv[2], int(sys.argv[3])
applied, nows = ([int(each) for each in times.split(",")] for times in sys.argv[4:])
IS_SHOP = recording.startswith("retail")
DAY = timedelta(days=1)


def zone_hours(second):  # Asia/Shanghai; Europe/London, by its rule
    if not IS_SHOP:
        return 8
    year = datetime.fromtimestamp(second, timezone.utc).year
    march, october = (datetime(year, month, 31, 1, tzinfo=timezone.utc) for month in (3, 10))
    turns = [end - (end.isoweekday() % 7) * DAY for end in (march, october)]
    return int(turns[0].timestamp() <= second < turns[1].timestamp())


def day_of(second):  # days begin at four
    return (datetime.fromtimestamp(second, timezone.utc) + timedelta(hours=zone_hours(second) - 4)).date()


visits = defaultdict(Counter)  # what a viewer did in a broadcast, by (viewer, room, broadcast)
began = {}  # when broadcasts began, by (room, broadcast)
active = defaultdict(set)  # the days of each viewer
completed = defaultdict(set)  # the tasks of each viewer
bought = defaultdict(dict)  # what is left of each viewer's orders
seen = {}  # when each came first


def rows():
    with gzip.open(f"{folder}/{recording}", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            who = row["customer" if IS_SHOP else "user"]
            if who and int(who) % one_of == 0:
                yield int(row["ts"]), who, row


def at(second, viewer, room, broadcast):
    visit = visits[viewer, room, broadcast]
    if viewer not in seen:
        visit["first_visits"] = 1
    seen.setdefault(viewer, second)
    began.setdefault((room, broadcast), second)
    active[viewer].add(day_of(second))
    return visit


def pay(visit, points, tiers=1):
    visit["points"] += points
    visit["rewards"] += 1
    visit["tiers_reached"] += tiers


def order(viewer, visit, number, amount):
    visit["orders"] += 1
    visit["ordered_minor"] += amount
    visit["repurchases"] += any(left is not None for left in bought[viewer].values())
    bought[viewer][number] = amount


def live():
    with gzip.open(f"{folder}/broadcasts.csv.gz", "rt") as lines:
        rooms = {row["stream"]: row["room"] for row in csv.DictReader(lines)}
    people, last = {}, {}
    for second, who, row in rows():
        today, viewer = day_of(second), "u" + who
        visit = at(second, viewer, rooms.get(row["stream"], "room-unknown"), "s" + row["stream"])
        person = people.setdefault(viewer, {"days": [], "covered": [], "minutes": Counter(), "paced": Counter(),
                                            "texts": defaultdict(set), "n": 0, "long": 0, "spent": 0, "followed": False})
        begin = last.get((viewer, row["stream"]))
        last[viewer, row["stream"]] = second
        if begin is None:
            visit["entered"] += 1
            if visit["first_visits"] and is_invited(viewer):
                visit["referred"] += 1
                pay(visit, 0, tiers=0)  # with experience
            enter(person, visit, today)
            begin = second
        if 0 < second - begin < 300:
            watch(person, visit, viewer, begin, second)
        if row["action"] in ("chat", "command"):
            comment(person, visit, viewer, second, today, row)
        else:
            pays(person, visit, viewer, second, row)


def enter(person, visit, today):
    days = person["days"]
    if days and days[-1] == today:
        return
    person["streak"] = person["streak"] + 1 if days and days[-1] == today - DAY else 1
    days.append(today)
    visit["check_ins"] += 1
    for points in [p for n, p in ((1, 2), (2, 5), (3, 11)) if person["streak"] == n]:
        pay(visit, points, tiers=0)
    for points in [p for n, p in ((2, 100), (5, 300)) if len(days) == n]:
        pay(visit, points, tiers=0)
    monday = today - today.weekday() * DAY
    for points in [p for n, p in ((2, 29), (4, 31)) if sum(day >= monday for day in days) == n]:
        pay(visit, points)


def watch(person, visit, viewer, begin, end):  # a moment counts once, however many broadcasts ran
    near = [(b, e) for b, e in person["covered"] if e > end - 600]
    fresh = end - begin - sum(max(0, min(end, e) - max(begin, b)) for b, e in near)
    joined = [(b, e) for b, e in near if b <= end and e >= begin] + [(begin, end)]
    person["covered"] = [(b, e) for b, e in near if b > end or e < begin]
    person["covered"].append((min(b for b, _ in joined), max(e for _, e in joined)))
    before = visit["watched_millis"] // 1_000
    visit["watched_millis"] += fresh * 1_000
    for points in [p for n, p in ((180, 17), (300, 19), (900, 23)) if before < n <= before + fresh]:
        pay(visit, points)
    if before + fresh >= 900:
        completed[viewer].add("watch")


def comment(person, visit, viewer, second, today, row):
    is_command = row["action"] == "command"
    visit["comments"] += 1
    visit["clicks"] += is_command  # the command's button
    text = is_command * "!" + "x" * min(900, int(row["len"] or 0))
    person["n"] += 1
    for points in [p for n, p in ((10, 1), (100, 7)) if person["n"] == n]:
        pay(visit, points)
    if person["n"] == 100:
        completed[viewer].add("comments")
    if text and text not in person["texts"][today]:
        person["texts"][today].add(text)
        different = len(person["texts"][today])
        for points in [p for n, p in ((5, 3), (20, 13)) if different == n]:
            pay(visit, points)
        if different == 20:
            completed[viewer].add("daily-lengths")
    person["minutes"][second // 60] += 1
    if person["minutes"][second // 60] <= 2:
        person["paced"][today] += 1
        if person["paced"][today] % 4 == 0:
            pay(visit, 1)
    if person["n"] > 100 and len(text) > 100:
        person["long"] += 1
        if person["long"] == 3:
            pay(visit, 37)
            completed[viewer].add("long-comment")


def pays(person, visit, viewer, second, row):  # whoever pays follows
    visit["follows"] += 1
    if not person["followed"]:
        person["followed"] = True
        visit["new_followers"] += 1
        visit["referred_followers"] += is_invited(viewer)
    visit["leads"] += row["action"] == "sub"
    visit["group_joins"] += row["action"] == "gift"
    amount = int(row["value"] or 1) * (1 if row["action"] == "cheer" else 2_500)
    order(viewer, visit, (second, len(bought[viewer])), amount)
    rounds = (person["spent"] + amount) // 100 - person["spent"] // 100
    person["spent"] += amount
    if rounds:
        pay(visit, rounds, tiers=rounds)


def is_invited(viewer):  # one of 50, an hour before the recording, for 90 days
    return int(viewer[1:]) % 50 == 0 and seen[viewer] < applied[0] + 90 * 86_400


def shop():
    invoices = {}
    for second, who, row in rows():
        of = invoices.setdefault(row["invoice"], [second, "c" + who, row["country"].replace(" ", "-"), []])
        price = abs(int(row["quantity"])) * Decimal(row["unit_price_gbp"]) * 100
        of[3].append((row["stock_code"], int(price.quantize(Decimal(1), ROUND_HALF_UP))))
    goods = defaultdict(list)  # the orders of each viewer in which there is something
    for number, (second, viewer, room, lines) in invoices.items():
        if number.startswith("C"):
            for code, amount in lines:
                refund(viewer, goods[viewer, code], amount)
            continue
        visit = at(second, viewer, room, f"day:{day_of(second)}")
        visit["entered"] = 1
        order(viewer, visit, number, sum(amount for _, amount in lines))
        for code, _ in lines:
            goods[viewer, code].append(number)
        so_far = len(bought[viewer])
        for points, task in [(p, task) for n, p, task in ((1, 10, "buyer"), (4, 50, "regular")) if so_far == n]:
            pay(visit, points)
            completed[viewer].add(task)


def refund(viewer, orders, amount):  # of the latest order that has some of it left; what is refunded whole is no order
    for number in reversed(orders):
        left = bought[viewer][number]
        if left:
            bought[viewer][number] = left - amount if left > amount else None
            return


def report(first, last, room=""):
    of = []
    for i in range((last - first).days + 1):
        of += [(key, visit) for key, visit in by_day[first + i * DAY] if room in ("", key[1])]
    sums = Counter()
    for _, visit in of:
        sums.update(visit)
    minutes = sorted((visit["watched_millis"] // 60_000 for _, visit in of), reverse=True)
    n = len(of)
    reached = lambda wanted: minutes[wanted - 1] if n else 0
    interactions = sum(sums[what] for what in ("likes", "comments", "shares", "follows", "clicks"))
    mean = lambda amount: amount // n if n else 0
    return {
        "counts": sums, "visits": n, "viewers": len({key[0] for key, _ in of}), "first_visits": sums["first_visits"],
        "stay_millis": mean(sums["watched_millis"]), "interactions_per_mille": mean(interactions * 1_000),
        "follow_per_mille": mean(sum(visit["follows"] > 0 for _, visit in of) * 1_000),
        "watched": [sum(m >= mark for m in minutes) for mark in (3, 5, 15)],
        "high_retention_per_mille": mean(sum(m >= 15 for m in minutes) * 1_000),
        "median_minutes": reached((n + 1) // 2), "top_tenth_minutes": reached((n + 9) // 10),
        "curve": [sum(m >= mark for m in minutes) for mark in range(61)],
    }


def asked(first, last, room=""):  # days before, as many, beside those that are asked for
    days = (last - first).days + 1
    return {
        "first_day": str(first), "last_day": str(last), "room": room, "total": report(first, last, room),
        "before": report(first - days * DAY, first - DAY, room),
        "days": [report(first + i * DAY, first + i * DAY, room) for i in range(days)],
        "applied": sum(first <= day_of(second) <= last for second in applied),
    }


def retention(now, first, last):
    today, cohorts, old_enough = day_of(now), defaultdict(Counter), Counter()
    for days in active.values():
        cohorts[min(days)].update((day - min(days)).days for day in days)
    cohorts = {day: came for day, came in cohorts.items() if first <= day <= last}
    for later in (1, 7, 30):
        for came in [came for day, came in cohorts.items() if day + later * DAY < today]:
            old_enough.update({("of", later): came[0], ("active", later): came[later]})
    return {
        "now": now, "first_day": str(first), "last_day": str(last),
        "cohorts": {str(day): [came[later] for later in range(31) if later == 0 or day + later * DAY < today]
                    for day, came in cohorts.items()},
        "overall": [[later, old_enough["active", later], old_enough["of", later]] for later in (1, 7, 30)],
    }


if IS_SHOP:
    shop()
    tasks = ["buyer", "regular"]
else:
    live()
    tasks = ["watch", "daily-lengths", "comments", "long-comment"]
by_day, referral_days = defaultdict(list), defaultdict(Counter)
for key, visit in visits.items():
    by_day[day_of(began[key[1:]])].append((key, visit))
if not IS_SHOP:
    for viewer in filter(is_invited, seen):
        referral_days[str(day_of(seen[viewer]))]["entered"] += 1
        if bought[viewer]:
            referral_days[str(day_of(min(bought[viewer])[0]))]["followed"] += 1
last = max(max(days) for days in active.values())
first = max(min(min(days) for days in active.values()), last - 365 * DAY)  # what one may ask for at once
changed = day_of(applied[-1])
print(json.dumps({
    "time_zone": "Europe/London" if IS_SHOP else "Asia/Shanghai",
    "visits": len(visits),
    "reports": [asked(first, last), asked(first + (last - first) // 2 + DAY, last),
                asked(changed - 7 * DAY, changed - DAY), asked(changed, changed), asked(changed + DAY, changed + 7 * DAY),
                *(asked(last - 27 * DAY, last, room) for room in sorted({room for room, _ in began})[:3])],
    "retention": [retention(now, first, last) for now in nows],
    "funnel": {"tasks": tasks, "viewers": len(seen),
               "steps": [sum(completed[viewer].issuperset(tasks[:i + 1]) for viewer in seen) for i in range(len(tasks))]},
    "spenders": sorted(((sum(filter(None, of.values())), viewer, sum(left is not None for left in of.values()))
                        for viewer, of in bought.items() if of), reverse=True)[:20],
    "accepted": len({viewer for viewer in seen if int(viewer[1:]) % 50 == 0}),
    "referral_days": referral_days,
}))
