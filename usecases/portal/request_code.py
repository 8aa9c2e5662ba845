"""Ask for a login code. Nothing here looks whether anybody has the address: that is found out where nobody watches."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access.throttle import wait_of
from domain.effects import Effect
from domain.portal.codes import asking
from persistence import outbox, throttle
from persistence.tx import Tx
from usecases.door import use_case

LOGIN_CODE = "login_code"


@dataclass(frozen=True, slots=True)
class RequestCode:
    """`account` stands for the folded `email`, `browser` for the one that asks; `site` is where it asks from."""

    email: str
    account: str
    browser: str
    site: str


@use_case(right=None, one_statement=True)
async def request_code(tx: Tx, command: RequestCode) -> dict[str, bool]:
    """Answers `{"taken"}`: False where this account or site has asked too often. The asker is not told."""
    charges = asking(command.account, command.site)
    if await throttle.full_until(tx, charges) is not None:
        return {"taken": False}
    await tx.open()
    if wait_of(await throttle.take(tx, charges), tx.now) is not None:
        # What is not sent does not count: whoever asks on and on must not use up the owner's whole day.
        await throttle.give_back(tx, charges)
        return {"taken": False}
    body = {"email": command.email, "account": command.account, "browser": command.browser}
    await outbox.add(tx, tx.new_id(), None, [Effect(LOGIN_CODE, "email", f"account:{command.account}", body)])
    return {"taken": True}
