"""The admin API: what an operator or a test asks of the simulated network and does to it."""
