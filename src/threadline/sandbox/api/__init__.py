"""The simulated API: from a call to the answer, or to the fault that strikes it."""
