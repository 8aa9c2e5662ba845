"""Charge an attempt before its work is done, and give the charge back where it was right.

Charging is a step of its own, committed before the attempt is looked at: a refusal would roll it back.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.access.throttle import Charge, wait_of, whole_seconds
from persistence import throttle
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right=None, one_statement=True, quiet=True)
async def charge_attempt(tx: Tx, charges: Sequence[Charge]) -> int | None:
    """None where the attempt may go on; else after how many seconds it is worth trying again."""
    wait = wait_of(await throttle.take(tx, charges), tx.now)
    return None if wait is None else whole_seconds(wait)


@use_case(right=None, one_statement=True, quiet=True)
async def give_back_attempt(tx: Tx, charges: Sequence[Charge]) -> None:
    """The attempt was right, so that it does not count."""
    await throttle.give_back(tx, charges)
