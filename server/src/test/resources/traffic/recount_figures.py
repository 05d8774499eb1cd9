"""Recounts a merchant's figures from a recording, in its own way: python3 recount_figures.py FOLDER RECORDING."""
import csv, gzip, json, sys
from collections import defaultdict

folder, recording = sys.argv[1:]
DAY = 86_400
OFFSET = 8 * 3_600 - 4 * 3_600  # Asia/Shanghai, where days begin at four

covered = defaultdict(list)  # the stretches that a viewer watched, which count once however many broadcasts ran
seen_last, watched, days, orders = {}, defaultdict(int), defaultdict(set), defaultdict(dict)
came, opened = {}, None  # when each first came, and the recording's beginning
comments = follows = 0
with gzip.open(f"{folder}/{recording}", "rt", encoding="utf-8", newline="") as rows:
    for row in csv.DictReader(rows):
        second, viewer, visit = int(row["ts"]), row["user"], (row["user"], row["stream"])
        opened = second if opened is None else opened
        came.setdefault(viewer, second)
        start = seen_last.get(visit, second)
        watched[visit] += 0
        if 0 < second - start < 300:
            fresh = second - start - sum(
                max(0, min(second, end) - max(start, begin)) for begin, end in covered[viewer])
            watched[visit] += fresh
            apart = [(b, e) for b, e in covered[viewer] if e < start or b > second]
            joined = [(b, e) for b, e in covered[viewer] if not (e < start or b > second)] + [(start, second)]
            covered[viewer] = apart + [(min(b for b, _ in joined), max(e for _, e in joined))]
        seen_last[visit] = second
        days[viewer].add((second + OFFSET) // DAY)
        if row["action"] in ("chat", "command"):
            comments += 1
        else:
            follows += 1  # whoever pays follows
            amount = int(row["value"] or 1) * (1 if row["action"] == "cheer" else 2_500)
            orders[viewer].setdefault(second, amount)

# Everyone whose number is a multiple of 50 had an invite an hour before the recording, good for 90 days.
invited = {viewer for viewer, second in came.items()
           if int(viewer) % 50 == 0 and second < opened - 3_600 + 90 * DAY}
entered, followed = defaultdict(int), defaultdict(int)
for viewer in invited:
    entered[(came[viewer] + OFFSET) // DAY] += 1
    if viewer in orders:
        followed[(min(orders[viewer]) + OFFSET) // DAY] += 1

minutes = sorted((seconds // 60 for seconds in watched.values()), reverse=True)
cohorts = defaultdict(lambda: defaultdict(int))
for active in days.values():
    first = min(active)
    for day in active:
        if day - first <= 30:
            cohorts[first][day - first] += 1
print(json.dumps({
    "first_day": min(min(active) for active in days.values()),
    "last_day": max(max(active) for active in days.values()),
    "visits": len(watched),
    "viewers": len(days),
    "comments": comments,
    "follows": follows,
    "new_followers": len(orders),
    "accepted": len({viewer for viewer in came if int(viewer) % 50 == 0}),
    "referred": len(invited),
    "referred_followers": sum(followed.values()),
    "referral_days": {day: {"entered": entered[day], "followed": followed[day]}
                      for day in sorted({*entered, *followed})},
    "orders": sum(len(of) for of in orders.values()),
    "ordered_minor": sum(sum(of.values()) for of in orders.values()),
    "repurchases": sum(len(of) - 1 for of in orders.values()),
    "watched_seconds": sum(watched.values()),
    "marks": [sum(m >= mark for m in minutes) for mark in (3, 5, 15)],
    "median": minutes[(len(minutes) + 1) // 2 - 1],
    "top_tenth": minutes[(len(minutes) + 9) // 10 - 1],
    "cohorts": {day: {later: count for later, count in sorted(cells.items())} for day, cells in cohorts.items()},
}))
