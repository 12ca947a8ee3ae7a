"""What the hot paths cost, as ratios in one run against a named peer; `make bench` prints the table.

`reading`, `sending`, `backfilling` and `starting` measure; `corpus` makes the store that is read; `load` and
`peer` run as processes of their own; `report` prints. docs/benchmarks.md says how to read the rows.
"""
