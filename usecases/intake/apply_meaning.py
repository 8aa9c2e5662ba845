"""What an understood payload does: opens an order, holds, cancels or asks to change one, or waits for a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.customers.matching import Told, match
from domain.intake.changing import wish_of
from domain.intake.following import next_step
from domain.intake.meaning import Meaning
from domain.intake.supplement import is_supplement
from domain.refusals.intake import SUPPLEMENT_BEFORE_ORDER
from domain.refusals.kinds import Nature, Refusal
from domain.refusals.orders import ORDER_EXISTS
from persistence import changes, customers, known_orders, orders, payloads
from persistence.faults import LostRace
from persistence.known_orders import Known
from persistence.tx import Tx
from usecases.intake.meaning_to_order import Source, open_from
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.orders.propose_change import ProposeChange, propose_change


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
    if is_supplement(meaning.content):
        return Applied("review", problem=problem_of(SUPPLEMENT_BEFORE_ORDER(external_id=meaning.external_id or "")))
    if meaning.needs_review and meaning.action != "hold":
        return Applied("review")
    doubt = await doubt_of(tx, source.channel, meaning.content)
    if doubt is not None and meaning.action != "hold":
        return Applied("review", reasons=[doubt])
    order_no, refusal = await _tried(tx, lambda: open_from(tx, meaning.content, source))
    if refusal is not None and refusal.kind is ORDER_EXISTS:
        raise LostRace  # another delivery opened it since we looked: look again
    return Applied("ordered", order_no) if refusal is None else Applied("review", problem=problem_of(refusal))


async def doubt_of(tx: Tx, channel: str, content: Mapping[str, Any]) -> str | None:
    """Why it is not certain whose the order would be, as a reason to look; None where it is."""
    if not isinstance(content.get("customer"), Mapping):
        return None
    told = Told.of(channel, content["customer"])
    return match(told, (await customers.find(tx, told)).candidates).doubt


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
        case "review" if known.begun:
            return await _ask_for_change(tx, known, meaning.content, source)
        case "review":
            return Applied("review", known.order_no, ["order_differs"])
        case "cancel" if known.begun:
            return await _propose(tx, known, {"cancel": True}, source.channel, source.intake_id)
        case _:
            action = {"release": "release_hold", "hold": "hold", "cancel": "cancel"}[step]
            return await _act(tx, known, action, source.intake_id)


async def cancel_hinted(tx: Tx, row: Mapping[str, Any], shop: str, external_id: str) -> Applied:
    """Cancel the order that a message calls off; one that is not known needs nothing."""
    known = await known_orders.find(tx, row["channel"], shop, external_id)
    if known is None:
        return Applied("ignored")
    if known.begun:
        return await _propose(tx, known, {"cancel": True}, row["channel"], str(row["id"]))
    return await _act(tx, known, "cancel", str(row["id"]))


async def _ask_for_change(tx: Tx, known: Known, content: Mapping[str, Any], source: Source) -> Applied:
    """An order that the workshop has is not edited: what the channel wants becomes a change that people decide."""
    loaded = await orders.load(tx, known.order_no)
    if loaded is None or known.meaning is None:
        raise LostRace
    address = (loaded.customer or {}).get("address") or {}
    wish = wish_of(loaded.order, address, known.meaning, content)
    if wish.unsaid or not wish.patch:
        return Applied("review", known.order_no, ["order_differs"])
    return await _propose(tx, known, wish.patch, source.channel, source.intake_id)


async def _propose(tx: Tx, known: Known, patch: Mapping[str, Any], channel: str, intake_id: str) -> Applied:
    """The newest word of a channel stands in the place of its older ones that nobody has decided about yet."""
    words = f"渠道 {channel} 的新内容 what {channel} says now"
    command = ProposeChange(known.order_no, patch, words, "channel", cause=intake_id)

    if await changes.asked_by_channel(tx, known.order_no) == patch:
        return Applied("parsed", known.order_no)

    async def propose() -> Any:
        await changes.supersede(tx, known.order_no, intake_id)
        return await propose_change(tx, command)

    _, refusal = await _tried(tx, propose)
    if refusal is None:
        return Applied("parsed", known.order_no)
    reason = "cancel_too_late" if "cancel" in patch else "order_differs"
    return Applied("review", known.order_no, [reason], problem_of(refusal))


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
