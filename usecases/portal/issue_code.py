"""Make the code that somebody asked for, just before it is sent. It is kept as a hash, for strangers' addresses too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.access.throttle import wait_of
from domain.messages.templates import render
from domain.portal.codes import ALL_SENT, LIVES, waited_for
from persistence import contacts, portal_logins, throttle
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.outgoing.prepare_message import Addressed


@dataclass(frozen=True, slots=True)
class IssueCode:
    """`code_hash` is what is kept of `code`."""

    effect: Claimed
    code: str
    code_hash: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What is to be sent; None where there is nobody to send it to. `over_cap`: more was asked than may be sent."""

    addressed: Addressed | None = None
    over_cap: bool = False


@use_case(right="admin.all")
async def issue_code(tx: Tx, command: IssueCode) -> Issued:
    """Answers what is to be sent. A repeat after a failed mail makes another code, and the first is worth nothing."""
    effect = command.effect
    if "email" not in effect.body or not waited_for(effect.tried_since, tx.now):
        return Issued()
    # The same row for an address that nobody has, so that trying codes tells nothing either.
    await portal_logins.keep_code(tx, effect.id, effect.body["account"], effect.body["browser"], command.code_hash)
    contact = await contacts.by_email(tx, effect.body["email"])
    if contact is None:
        return Issued()
    if wait_of(await throttle.take(tx, [ALL_SENT.on("all")]), tx.now) is not None:
        return Issued(over_cap=True)
    return Issued(Addressed(effect.body["email"], render("login_code", contact["language"], _facts(contact, command))))


def _facts(contact: Mapping[str, Any], command: IssueCode) -> dict[str, Any]:
    return {"name": contact["name"], "code": command.code, "minutes": LIVES.seconds // 60}


@use_case(right="admin.all")
async def forget_codes(tx: Tx, _: None) -> dict[str, int]:
    """Remove codes that have expired, and who asked for one more than a day ago."""
    return await portal_logins.forget_expired(tx)
