"""A delivery to another system: prepared inside, called outside, and every attempt written down."""

from __future__ import annotations

from typing import Any

from domain.refusals.kinds import Refusal
from integrations.ports import AddressRefused, Receipt, SendFailed
from integrations.webhooks_out.signing import signed_headers
from persistence.outbox import Claimed
from usecases.door import Door
from usecases.integrators.deliver import Attempt, Prepared, note_attempt, prepare_delivery
from usecases.integrators.tell import anything_to_tell, tell_orders
from usecases.outgoing.settle_effect import Sent
from wiring.outside import Outside
from workers.reactions import RELAY

_AGENT = "Throughline-Webhooks/1"
_GONE = 410


async def deliver_webhook(door: Door, outside: Outside, effect: Claimed) -> Sent:
    """Tell one endpoint one thing. Raises SendFailed."""
    prepared: Prepared | None = await door.read(RELAY, prepare_delivery, effect)
    if prepared is None:
        raise SendFailed("the endpoint is paused or removed", final=True)
    try:
        receipt = await outside.webhooks.post(prepared.url, _headers(outside, prepared), prepared.body)
    except (SendFailed, AddressRefused) as failure:
        problem = f"address refused: {failure}" if isinstance(failure, AddressRefused) else str(failure)
        await _note(door, Attempt(effect, None, 0, b"", problem))
        raise SendFailed(problem) from failure
    await _note(door, Attempt(effect, receipt.status, receipt.ms, receipt.answer, None))
    return judged(effect, receipt)


async def tell_everything(door: Door) -> int:
    """Queue for other systems whatever happened since the last turn; says how much happened."""
    total = 0
    while await door.read(RELAY, anything_to_tell, None):
        events = (await door.run(RELAY, tell_orders, None)).answer["events"]
        total += events
        if not events:
            break
    return total


def judged(effect: Claimed, receipt: Receipt) -> Sent:
    """Any 2xx is yes. 410 is a last word; everything else, a redirect among it, is tried again."""
    if 200 <= receipt.status < 300:
        return Sent(effect)
    raise SendFailed(f"answered {receipt.status}", final=receipt.status == _GONE, retry_after=receipt.retry_after)


async def _note(door: Door, attempt: Attempt) -> dict[str, Any]:
    """A database that is away must not make a delivery that was taken be sent again."""
    try:
        noted: dict[str, Any] = (await door.run(RELAY, note_attempt, attempt)).answer
    except Refusal:
        return {"paused": False}
    return noted


def _headers(outside: Outside, prepared: Prepared) -> dict[str, str]:
    secrets = [outside.webhook_secrets.secret(prepared.endpoint_id, number) for number in prepared.secret_numbers]
    signed = signed_headers(secrets, prepared.message_id, prepared.at, prepared.body)
    return {"content-type": "application/json", "user-agent": _AGENT, **signed}
