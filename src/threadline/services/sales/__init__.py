"""Sales Navigator: the seats, their people, and the inbox merged into the one inbox."""
