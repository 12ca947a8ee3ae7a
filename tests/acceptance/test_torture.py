"""Whatever is killed, restarted or lost, every accepted send leaves exactly once or provably not at all.

The moments come from a seed. `make torture` is the long form; KILLS and SEED choose another number of kills,
for each of the two databases, and another seed.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.lines import session
from tests.acceptance.processes import sandbox
from tests.acceptance.torture import CROWD, ROUND, Torture
from tests.postgres import PostgresServer, running_postgres

SEED: Final = int(os.environ.get("SEED", "1"))
KILLS: Final = int(os.environ.get("KILLS", "6"))


@pytest.mark.promise("sends.torture", "design.1.unknown-settles")
async def test_killed_at_random_over_sqlite_no_send_is_lost_doubled_or_left_unknown(tmp_path: Path) -> None:
    await _survives(tmp_path, None)


@pytest.mark.promise("sends.torture", "design.1.unknown-settles")
async def test_the_same_holds_over_postgresql_whose_server_is_restarted_as_well(tmp_path: Path) -> None:
    # A server of its own, because it is killed.
    with running_postgres() as server:
        await _survives(tmp_path, server)


async def _survives(folder: Path, server: PostgresServer | None) -> None:
    with sandbox(folder, "--crowd", str(CROWD), "--answer-delay-ms", "50", "300") as network:
        async with session() as http:
            torture = Torture(folder, network, http, SEED, server)
            await torture.begin()
            for begun in range(0, KILLS, ROUND):
                await torture.rage(min(ROUND, KILLS - begun))
                await torture.settle()
            found = await torture.reckoning()
            lost, doubled, unknown = found.lost(), found.doubled(), found.unknown()
            print(report(torture, found.outcomes(), len(lost), len(doubled), len(unknown)))
            assert (lost, doubled, unknown) == ([], [], [])
            complaints = [*found.complaints(), *found.faults_of_ours(), *torture.contradictions]
            assert not complaints, "\n\n".join(complaints[:20])
            assert found.outcomes()["sent"] > 5 * KILLS
            assert torture.figures.kills_during_sends > 0, "no kill struck a send on its way"
            assert (torture.figures.restarts > 0) is (server is not None)


def report(torture: Torture, outcomes: Counter[str], lost: int, doubled: int, unknown: int) -> str:
    """The figures of a run, as `make torture` prints them."""
    figures = torture.figures
    accepted = ", ".join(f"{count} {state}" for state, count in outcomes.most_common())
    return f"""
{"SQLite" if torture.server is None else "PostgreSQL"}, seed {SEED}
  kills                  {figures.kills}
    while starting       {figures.kills_of_starts}
    with a send leaving  {figures.kills_during_sends}
  database restarts      {figures.restarts}
  faults of LinkedIn     {torture.faults.total()}
  answers cut off        {torture.lost_answers}
  answers replayed       {torture.replayed}
  repeats that joined    {torture.joined}
  sends accepted         {outcomes.total()}: {accepted}
  lost                   {lost}
  doubled                {doubled}
  unknown left           {unknown}
  duration               {figures.seconds:.0f} s"""
