"""The attested rows ([live26], [run]) of contracts/linkedin-wire.md §§3 to 8."""

from typing import Final

from tests.promised.wire_rows_of_reads import READS
from tests.promised.wire_rows_of_writes import WRITES

WIRE_ROWS: Final = (*READS, *WRITES)
