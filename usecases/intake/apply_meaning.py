"""What an understood payload does: opens an order, holds or cancels one, changes nothing, or waits for a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.intake.following import next_step
from domain.intake.meaning import Meaning
from domain.refusals.kinds import Nature, Refusal
from domain.refusals.orders import ORDER_EXISTS
from persistence import known_orders, payloads
from persistence.faults import LostRace
from persistence.known_orders import Known
from persistence.tx import Tx
from usecases.intake.meaning_to_order import Source, open_from
from usecases.orders.perform_action import PerformAction, perform_action


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it: the item's status, its order, further reasons to look, and what stood in the way."""

    status: str
    order_no: str | None = None
    reasons: Sequence[str] = ()
    problem: Mapping[str, Any] | None = None


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is kept with an item."""
    return {**refusal.as_json(), "detail": refusal.detail.as_json()}


async def apply_order(tx: Tx, row: Mapping[str, Any], meaning: Meaning) -> Applied:
    """Carry out the meaning of an order. What arrives late or twice changes nothing."""
    shop = meaning.shop or row["shop"]
    source = Source(row["channel"], shop, meaning.external_id, meaning.version, str(row["id"]))
    known = await known_orders.find(tx, source.channel, shop, meaning.external_id)
    if meaning.action == "ignore":
        return Applied("ignored", known.order_no if known else None)
    if await _older(tx, row, source, known):
        return Applied("parsed", known.order_no if known else None)
    return await (_unknown(tx, meaning, source) if known is None else _known(tx, meaning, source, known))


async def _unknown(tx: Tx, meaning: Meaning, source: Source) -> Applied:
    if meaning.action == "cancel":
        return Applied("ignored")
    if meaning.needs_review and meaning.action != "hold":
        return Applied("review")
    order_no, refusal = await _tried(tx, lambda: open_from(tx, meaning.content, source))
    if refusal is not None and refusal.kind is ORDER_EXISTS:
        raise LostRace  # another delivery opened it since we looked: look again
    return Applied("ordered", order_no) if refusal is None else Applied("review", problem=problem_of(refusal))


async def _older(tx: Tx, row: Mapping[str, Any], source: Source, known: Known | None) -> bool:
    """Whether a newer state of the order, or this very one, has been heard of already."""
    if source.version is None or source.external_id is None:
        return False
    heard = await payloads.newest_version(tx, source.channel, source.shop, source.external_id, row["id"])
    versions = [heard, known.external_version if known else None]
    return any(version is not None and source.version <= version for version in versions)


async def _known(tx: Tx, meaning: Meaning, source: Source, known: Known) -> Applied:
    if known.meaning is None:
        return Applied("review", known.order_no, ["possible_duplicate"])
    step = next_step(known.meaning, meaning.content, held_by_intake=known.held_by_intake)
    match step:
        case "nothing":
            return Applied("parsed", known.order_no)
        case "review":
            return Applied("review", known.order_no, ["order_differs"])
        case _:
            action = {"release": "release_hold", "hold": "hold", "cancel": "cancel"}[step]
            return await _act(tx, known, action, source.intake_id)


async def cancel_hinted(tx: Tx, row: Mapping[str, Any], shop: str, external_id: str) -> Applied:
    """Cancel the order that a message calls off; one that is not known needs nothing."""
    known = await known_orders.find(tx, row["channel"], shop, external_id)
    return Applied("ignored") if known is None else await _act(tx, known, "cancel", str(row["id"]))


async def _act(tx: Tx, known: Known, action: str, cause: str) -> Applied:
    if action == "cancel" and known.cancelled:
        return Applied("parsed", known.order_no)
    step = PerformAction(known.order_no, action, cause=cause)
    _, refusal = await _tried(tx, lambda: perform_action(tx, step))
    if refusal is None:
        return Applied("parsed", known.order_no)
    reason = "cancel_too_late" if action == "cancel" else "order_differs"
    return Applied("review", known.order_no, [reason], problem_of(refusal))


async def _tried(tx: Tx, work: Callable[[], Awaitable[Any]]) -> tuple[Any, Refusal | None]:
    """Do it behind a savepoint, so that a no leaves nothing behind; a passing trouble is raised and tried again."""
    savepoint = tx.connection.driver.transaction()
    await savepoint.start()
    try:
        answer = await work()
    except Refusal as refusal:
        await savepoint.rollback()
        if refusal.kind.nature in (Nature.UNAVAILABLE, Nature.FULL):
            raise
        return None, refusal
    await savepoint.commit()
    return answer, None
