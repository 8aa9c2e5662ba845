"""How often somebody may try to sign in. A stranger's tries are counted apart from those of browsers that know the way.

A browser in which somebody once signed in has a token of ours for that login. Whoever guesses from elsewhere uses up
what strangers have, and the owner, on a machine of their own, still comes in.
"""

from __future__ import annotations

from datetime import timedelta

from domain.access.address import site_of
from domain.access.throttle import Charge, Limit

BY_BROWSER = Limit("sign_in.browser", 10, timedelta(minutes=15))
BY_STRANGERS = Limit("sign_in.strangers", 20, timedelta(hours=1))
SECOND_FACTOR = Limit("sign_in.second_factor", 10, timedelta(hours=1))
OWN_PASSWORD = Limit("own_password", 10, timedelta(minutes=15))


def by_address(tries: int) -> Limit:
    """Tries of one address at whatever accounts; a factory's whole office may stand behind it."""
    return Limit("sign_in.address", tries, timedelta(hours=1))


def sign_in_charges(login: str, address: str, browser: str | None, tries_per_address: int) -> list[Charge]:
    """What a try to sign in is charged to. `browser` is the token of a browser that knows this login, or None."""
    account = login.casefold()
    if browser is not None:
        return [BY_BROWSER.on(f"{account} {browser}")]
    return [BY_STRANGERS.on(account), by_address(tries_per_address).on(site_of(address))]


def second_factor_charge(person_id: str, browser: str | None) -> Charge:
    """What a code of somebody whose password was right is charged to."""
    return SECOND_FACTOR.on(f"{person_id} {browser or 'strangers'}")
