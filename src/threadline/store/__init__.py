"""SQL persistence behind one small port, with two implementations.

`database` is the port; `sqlite` and `postgresql` implement it; the tests run one contract suite over both.
The other modules hold one noun each: they call named queries (`queries/*.sql`) and return model types.
A transaction is opened and committed by services; nothing here commits.
"""
