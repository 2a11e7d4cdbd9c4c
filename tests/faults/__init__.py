"""What a sync survives: kills, bad answers, people that go at once, poison, full disks, a database that stops.

Each fault is a module `of_*.py` with `take(places, times) -> Outcome`. A pytest test takes it a bounded number of times
and asserts that nothing went wrong; `make faults` takes it often and prints one line of counts per fault.
"""
