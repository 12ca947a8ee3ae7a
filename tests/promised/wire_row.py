"""The attested rows ([live26], [run]) of contracts/linkedin-wire.md §§3 to 8, and the tests of both sides.

The sandbox's tests speak to it as any client would; the gateway's speak through our connector or higher. What
one side leaves out is said with its reason. `tests/unit/test_wire_rows.py` checks that every test is there.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the reference."""

    row: str
    """Section and row, as the reference names them."""
    says: str
    sandbox: tuple[str, ...]
    """`module::test` below tests/contract/sandbox."""
    gateway: tuple[str, ...]
    """`folder/module::test` below tests/contract, or `unit/linkedin/…` below tests."""
    left_out: str = ""
    """What is not built on one of the sides, and why."""
