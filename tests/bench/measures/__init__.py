"""The benchmarks. Each module here joins by having

NAMES      the names of its figures, for `--only`
take(bench, name) -> Figure     LeftOut when it cannot be taken here
order(bench, name) -> order     optional: what `profile` runs of ours (a fresh database each time)
"""
