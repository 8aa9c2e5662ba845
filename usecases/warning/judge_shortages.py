"""The one decision about red orders, for every path that changes what is there or what is needed."""

from __future__ import annotations

from collections.abc import Collection

from domain.warning.shortage import Verdict, judge
from persistence import stock
from persistence.tx import Tx

NOTHING = Verdict((), ())


async def judge_shortages(tx: Tx, materials: Collection[str]) -> Verdict:
    """Make every order red that has to be for want of these materials, and clear the others; in eight statements."""
    if not materials:
        return NOTHING
    await stock.alone(tx)
    standings = await stock.standings(tx, materials)
    names = [standing.material for standing in standings]
    present = await stock.present(tx, materials)
    needs = await stock.needs(tx, names) if names else []
    verdict = judge(standings, needs, present, tx.now)
    if standings or verdict.cleared:
        await stock.write_verdict(tx, standings, verdict.red, verdict.cleared)
    return verdict
