"""What happens outside because something happened inside: effect -> port. No transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from integrations.ports import Erp, ErpFailed, SendFailed
from persistence.outbox import Claimed
from usecases.door import Door
from usecases.intake.keep_payload import KeepFetched, keep_fetched
from usecases.outgoing.prepare_message import prepare_message
from usecases.outgoing.settle_effect import Follow, Sent
from usecases.portal.issue_code import IssueCode, Issued, issue_code
from usecases.portal.request_code import LOGIN_CODE
from usecases.warning.pull_stock import PULL, Page, keep_materials, keep_stock, keep_substitutes
from usecases.warning.take_stock import SourceFailed, note_failure
from wiring.outside import Outside
from workers.reactions import RELAY
from workers.webhooks import deliver_webhook

_log = structlog.stdlib.get_logger("carriers")

Carrier = Callable[[Door, Outside, Claimed], Awaitable[Sent | Follow]]


async def send_message(door: Door, outside: Outside, effect: Claimed) -> Sent:
    """One message to one person. Raises SendFailed."""
    messenger = outside.messengers.get(effect.channel)
    if messenger is None:
        raise SendFailed(f"channel {effect.channel} is not configured", final=True)
    addressed = await door.read(RELAY, prepare_message, effect)
    if addressed is None:
        raise SendFailed("the person has left or has no such address any more", final=True)
    return Sent(effect, await messenger.send(str(effect.id), addressed.to, addressed.message))


async def fetch_trade(_: Door, outside: Outside, effect: Claimed) -> Follow:
    """What a hint named, read from the channel; it is kept like anything that arrives. Raises SendFailed."""
    fetcher = outside.fetchers.get(effect.channel)
    if fetcher is None:
        raise SendFailed(f"fetching from {effect.channel} is not configured", final=True)
    fetched = await fetcher.fetch(effect.body["external_id"], effect.body.get("shop") or "")
    kept = KeepFetched(effect.body, effect.id, effect.channel, fetched.body, fetched.content_type)
    return Follow(effect, keep_fetched, kept)


async def pull_page(door: Door, outside: Outside, effect: Claimed) -> Follow:
    """One page of what an ERP has; where it gives none, the board says why and keeps its figures. Raises SendFailed."""
    erp = outside.erps.get(effect.channel)
    if erp is None:
        failed = ErpFailed("not_connected", "its settings were taken away", alert=True)
        return Follow(effect, note_failure, _failure(effect, failed))
    try:
        return await _page(erp, effect)
    except ErpFailed as failed:
        if not failed.retryable:
            return Follow(effect, note_failure, _failure(effect, failed))
        await door.run(RELAY, note_failure, _failure(effect, failed))
        raise SendFailed(str(failed)) from failed


async def _page(erp: Erp, effect: Claimed) -> Follow:
    start = effect.body["start"]
    match effect.body["phase"]:
        case "materials":
            found = await erp.materials(effect.body.get("since"), start)
            return Follow(effect, keep_materials, Page(effect, found.next_start, found.materials, found.until))
        case "substitutes":
            return Follow(effect, keep_substitutes, Page(effect, None, substitutes=await erp.substitutes()))
        case _:
            counted = await erp.stock(start)
            rows = [(row.row, row.material, row.quantity) for row in counted.rows]
            return Follow(effect, keep_stock, Page(effect, counted.next_start, counted=rows))


def _failure(effect: Claimed, failed: ErpFailed) -> SourceFailed:
    return SourceFailed(effect.channel, failed.reason, failed.problem, needs_person=failed.alert)


async def send_login_code(door: Door, outside: Outside, effect: Claimed) -> Sent:
    """A code that was made this moment; for a stranger's address nothing is sent. Raises SendFailed."""
    messenger = outside.messengers.get(effect.channel)
    if messenger is None:
        raise SendFailed(f"channel {effect.channel} is not configured", final=True)
    code = outside.codes.fresh()
    command = IssueCode(effect, code, outside.codes.hash(effect.body.get("account", ""), code))
    issued: Issued = (await door.run(RELAY, issue_code, command)).answer
    if issued.over_cap:
        # Somebody floods the portal, or the limit is too small for it: a person should look.
        _log.error("login_codes_over_cap", alarm=True, effect_id=str(effect.id))
    if issued.addressed is None:
        return Sent(effect)
    return Sent(effect, await messenger.send(str(effect.id), issued.addressed.to, issued.addressed.message))


CARRIERS: Mapping[str, Carrier] = {
    "notify": send_message,
    "fetch_trade": fetch_trade,
    PULL: pull_page,
    LOGIN_CODE: send_login_code,
    "webhook": deliver_webhook,
}
