"""Generated examples: the same ones in every run, and judged by what they find, not by how long they take."""

from hypothesis import settings

settings.register_profile("threadline", deadline=None, derandomize=True, database=None)
settings.load_profile("threadline")
