"""Following an account: its stream, catching up after gaps, and the backfill of its past."""
