"""Login codes: how long one lives, how often it may be tried, and how many are sent."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from domain.access.throttle import Charge, Limit

DIGITS = 8
LIVES = timedelta(minutes=10)
# For the browser that asked, and as many again for all others together.
TRIES = 5
# Nobody sits before the screen any more, so a mail that could not be sent until now is not sent.
PATIENCE = timedelta(minutes=15)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SENT_TO_ACCOUNT = Limit("portal.codes.account.hour", 5, _HOUR)
_SENT_TO_ACCOUNT_A_DAY = Limit("portal.codes.account.day", 20, _DAY)
_ASKED_FROM = Limit("portal.codes.address.hour", 60, _HOUR)
_ASKED_FROM_A_DAY = Limit("portal.codes.address.day", 300, _DAY)
_TRIED_ON_ACCOUNT = Limit("portal.tries.account.day", 60, _DAY)
_TRIED_FROM = Limit("portal.tries.address.hour", 60, _HOUR)
_TRIED_FROM_A_DAY = Limit("portal.tries.address.day", 300, _DAY)
# What a flood may cost at most, whoever is behind it; beyond it the log raises the alarm.
ALL_SENT = Limit("portal.codes.all.hour", 500, _HOUR)


def asking(account: str, address: str) -> list[Charge]:
    """What it costs to ask for a code: by whose account, whether there is one or not, and from which address."""
    return [
        _SENT_TO_ACCOUNT.on(account),
        _SENT_TO_ACCOUNT_A_DAY.on(account),
        _ASKED_FROM.on(address),
        _ASKED_FROM_A_DAY.on(address),
    ]


def trying(account: str, address: str) -> list[Charge]:
    """What a try costs for whoever is not the browser that asked."""
    return [_TRIED_ON_ACCOUNT.on(account), _TRIED_FROM.on(address), _TRIED_FROM_A_DAY.on(address)]


def code_of(chance: int) -> str:
    """The code that a random number makes."""
    return f"{chance % 10**DIGITS:0{DIGITS}d}"


def account_hash(key: bytes, email: str) -> str:
    """What stands for an address of mail where it need not be kept, whether anybody has it or not."""
    return hmac.digest(key, b"account:" + email.encode(), "sha256").hex()


def code_hash(key: bytes, account: str, code: str) -> str:
    """What is kept of a code. Without the key not even all codes together tell which it was."""
    return hmac.digest(key, f"code:{account}:{code}".encode(), "sha256").hex()


def waited_for(asked_at: datetime, now: datetime) -> bool:
    """Whether somebody may still be waiting for the mail."""
    return now - asked_at <= PATIENCE
