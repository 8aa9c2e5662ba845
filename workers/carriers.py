"""What happens outside because something happened inside: effect -> port. No transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

import structlog

from integrations.ports import SendFailed
from integrations.sheet.table import workbook
from integrations.sheet.workbook import rows_of
from persistence.outbox import Claimed
from usecases.door import Door
from usecases.erp.compare_orders import COMPARE
from usecases.erp.pull_ledger import PULL_LEDGER
from usecases.erp.tell_orders import TELL
from usecases.exports.export_desk import ExportDesk
from usecases.intake.import_desk import ImportDesk
from usecases.intake.keep_payload import KeepFetched, keep_fetched
from usecases.intake.reconcile import (
    POLL,
    PolledPage,
    PollFailed,
    Record,
    keep_changed,
    note_poll_failure,
)
from usecases.outgoing.prepare_message import prepare_message
from usecases.outgoing.settle_effect import Follow, Sent
from usecases.portal.issue_code import IssueCode, Issued, issue_code
from usecases.portal.request_code import LOGIN_CODE
from usecases.warning.pull_stock import PULL
from wiring.outside import Outside
from workers.erp_carriers import compare_page, pull_ledger_page, pull_page, tell_erp
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


async def poll_shop(door: Door, outside: Outside, effect: Claimed) -> Follow:
    """One page of what changed at a shop. Raises SendFailed; what waiting cannot mend is told beside the shop."""
    lister = outside.listers.get(effect.channel)
    if lister is None:
        return Follow(effect, note_poll_failure, PollFailed(effect, "its settings were taken away"))
    body = effect.body
    since, until = datetime.fromisoformat(body["since"]), datetime.fromisoformat(body["until"])
    try:
        page = await lister.changed(body["shop"], since, until, body["page"])
    except SendFailed as failed:
        failure = PollFailed(effect, failed.problem)
        if failed.final:
            return Follow(effect, note_poll_failure, failure)
        await door.run(RELAY, note_poll_failure, failure)
        raise
    records = [Record(one.external_id, one.changed_at, one.body) for one in page.records]
    return Follow(effect, keep_changed, PolledPage(effect, records, page.next_page, page.headers))


async def import_orders(door: Door, _: Outside, effect: Claimed) -> Sent:
    """A workbook of orders, read and opened as a whole or not at all; begun again where a process died over it."""
    await ImportDesk(door, rows_of).work_off(UUID(effect.body["import_id"]))
    return Sent(effect)


async def make_export(door: Door, _: Outside, effect: Claimed) -> Sent:
    """One's own data as a workbook; begun again where a process died over it."""
    await ExportDesk(door, RELAY, workbook).work_off(UUID(effect.body["export_id"]))
    return Sent(effect)


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
    PULL_LEDGER: pull_ledger_page,
    COMPARE: compare_page,
    TELL: tell_erp,
    POLL: poll_shop,
    LOGIN_CODE: send_login_code,
    "webhook": deliver_webhook,
    "import_orders": import_orders,
    "make_export": make_export,
}
# Of these one at a time is carried out for an order and a channel.
IN_LANES = frozenset({TELL})
