"""Pacing in the main API: batches, and the budgets and rules by which everything leaves."""
