"""Trade a code for a session. What it counts must be kept, so that a wrong code is told and not raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from domain.access.throttle import Charge, wait_of, whole_seconds
from domain.portal.codes import trying
from persistence import contacts, portal_logins, throttle
from persistence.tx import Tx
from usecases.door import use_case

_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """`account` stands for the folded `email`; `browser` is empty for one that never asked for a code."""

    email: str
    account: str
    code_hash: str
    browser: str
    site: str
    session_id: UUID
    token_hash: str
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`wait`: after how many seconds a stranger's try is looked at again."""

    outcome: Literal["opened", "wrong", "too_many"]
    wait: int = 0


@use_case(right=None, one_statement=True, quiet=True)
async def redeem_code(tx: Tx, command: RedeemCode) -> Redeemed:
    """Answers whether a session was opened. The browser that asked has tries of its own, whatever others have used."""
    charges = trying(command.account, command.site)
    until = await portal_logins.strangers_wait_until(tx, charges, command.account, command.browser)
    if until is not None:
        return Redeemed("too_many", whole_seconds(until - tx.now))
    await tx.open()
    return await _tried(tx, command, charges)


async def _tried(tx: Tx, command: RedeemCode, charges: Sequence[Charge]) -> Redeemed:
    """One try that counts, charged before it is looked at: those that come together must not slip through together."""
    wait = wait_of(await throttle.take(tx, charges), tx.now)
    live = await portal_logins.count_try(tx, command.account, command.browser, others_may=wait is None)
    if not await portal_logins.spend_code(tx, live, command.code_hash):
        return Redeemed("too_many", whole_seconds(wait)) if wait is not None and not live else Redeemed("wrong")
    contact = await contacts.by_email(tx, command.email)
    if contact is None:
        return Redeemed("wrong")
    await throttle.give_back(tx, charges)
    await portal_logins.forget_codes(tx, command.account)
    agent = _printable(command.user_agent)
    await portal_logins.open_session(tx, command.session_id, contact["id"], command.token_hash, agent)
    return Redeemed("opened")


def _printable(agent: str | None) -> str | None:
    return "".join(letter for letter in agent if letter.isprintable())[:_LONGEST_AGENT] if agent else None
