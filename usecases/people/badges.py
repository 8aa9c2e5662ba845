"""Badges: given to people, printed, taken back; and who it is that was scanned at a terminal.

Nothing of what a badge says is kept: it follows from its number and the installation's secret, so that it can be
printed again, and a copy of the database makes no badge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.access.badges import badge_text, number_of
from domain.orders.events import instant_text
from domain.refusals.floor import DEVICE_UNKNOWN
from domain.refusals.general import NOT_FOUND
from domain.refusals.people import BADGE_UNKNOWN, PERSON_DISABLED
from persistence import badges, devices, people
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.devices import REPORTING
from usecases.people.granting import insist_on_rank
from usecases.people.tokens import derived_key
from usecases.rights import require_any, staff_only


@dataclass(frozen=True, slots=True)
class BadgeCodes:
    """What the codes of this installation are made and judged by."""

    key: bytes = field(repr=False)

    @staticmethod
    def from_secret(secret: str) -> BadgeCodes:
        """A key of this use only, derived from the installation's secret."""
        return BadgeCodes(derived_key(secret, "badges"))


@dataclass(frozen=True, slots=True)
class Printed:
    """The badges of these people, with what makes their codes."""

    people: Sequence[UUID]
    codes: BadgeCodes


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was scanned at which device."""

    device_id: UUID
    text: str
    codes: BadgeCodes


@use_case(right="people.edit")
async def issue_badge(tx: Tx, person_id: UUID) -> dict[str, Any]:
    """Answers the new badge; one that they had before counts no more. Raises NOT_FOUND, PERSON_OUTRANKS, _DISABLED."""
    person = await people.lock_person(tx, person_id)
    if person is None:
        raise NOT_FOUND()
    insist_on_rank(tx.actor, person["roles"], await role_book(tx))
    if person["disabled"]:
        raise PERSON_DISABLED()
    await badges.revoke(tx, person_id)
    await badges.issue(tx, person_id)
    return _view(await _of(tx, person_id))


@use_case(right="people.edit")
async def read_badge(tx: Tx, person_id: UUID) -> dict[str, Any]:
    """Somebody's badge. Raises NOT_FOUND where they have none."""
    return _view(await _of(tx, person_id))


@use_case(right="people.edit")
async def revoke_badge(tx: Tx, person_id: UUID) -> dict[str, Any]:
    """Somebody's badge counts no more, and they have none. Raises NOT_FOUND, PERSON_OUTRANKS."""
    badge = await _of(tx, person_id)
    insist_on_rank(tx.actor, badge["roles"], await role_book(tx))
    await badges.revoke(tx, person_id)
    return {}


@use_case(right="people.edit")
async def printed_badges(tx: Tx, asked: Printed) -> list[dict[str, Any]]:
    """What is printed of these people's badges: name, login, roles, `code`. Raises NOT_FOUND, PERSON_OUTRANKS."""
    found, book = await badges.of_people(tx, asked.people), await role_book(tx)
    if not found:
        raise NOT_FOUND()
    for badge in found:
        insist_on_rank(tx.actor, badge["roles"], book)
    return [
        {
            "name": badge["name"],
            "login": badge["login"],
            "roles": [book[key].label for key in badge["roles"] if key in book],
            "code": badge_text(asked.codes.key, badge["number"]),
        }
        for badge in found
    ]


@use_case(right="orders.read")
async def known_by_badge(tx: Tx, scanned: Scanned) -> dict[str, Any]:
    """Who was scanned at a device of the floor, and whether they may report on it already; it opens nothing.

    Whoever asks is themselves enrolled on it, or plans the floor. Raises DEVICE_UNKNOWN, for one that is trusted no
    more as well, and BADGE_UNKNOWN, alike for a badge that never was and one that counts no more.
    """
    staff_only(tx)
    require_any(tx, *REPORTING, "floor.plan")
    device = await devices.find(tx, scanned.device_id)
    enrolled_here = device is not None and UUID(tx.actor.id) in device.people
    if device is None or device.revoked_at is not None or not (enrolled_here or tx.actor.may("floor.plan")):
        raise DEVICE_UNKNOWN()
    number = number_of(scanned.codes.key, scanned.text)
    badge = None if number is None else await badges.of_number(tx, number)
    if badge is None:
        raise BADGE_UNKNOWN()
    person = {"id": str(badge["person_id"]), "name": badge["name"], "login": badge["login"]}
    return {**person, "enrolled": badge["person_id"] in device.people}


async def _of(tx: Tx, person_id: UUID) -> Mapping[str, Any]:
    found = await badges.of_people(tx, [person_id])
    if not found:
        raise NOT_FOUND()
    return found[0]


def _view(badge: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": badge["number"],
        "issued_at": instant_text(badge["issued_at"]),
        "issued_by": {"id": badge["issued_by"], "name": badge["issuer"]},
    }
