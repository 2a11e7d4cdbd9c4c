"""How fast and how small we are, as ratios against a bare floor and a rival, taken side by side on this machine.

    python -m tests.bench                       every benchmark: a table, and build/bench.json
    python -m tests.bench --only first_load     those whose name begins so
    python -m tests.bench profile first_load    where our own time goes

A benchmark is a module in `measures/`. connector/docs/operate/measuring.md says what is compared with what. pytest
collects nothing here: a figure is no test.
"""
