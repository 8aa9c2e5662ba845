"""Devices: named by whoever signs in on one first, people enrolled on it, revoked when it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.floor import DEVICE_REVOKED, DEVICE_UNKNOWN
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import devices, work_centres
from persistence.devices import Device, Enrolled
from persistence.queries import device_list
from persistence.queries.device_list import DevicePage
from persistence.tx import Tx
from usecases.door import use_case
from usecases.rights import require_any, staff_only

REPORTING = ("floor.report", "floor.inspect", "shipping.load", "shipping.deliver")
DeviceKind = Literal["phone", "tablet", "terminal"]


@dataclass(frozen=True, slots=True)
class NameDevice:
    """`device_id` is made by the device itself, so that naming it again is harmless."""

    name: str
    kind: DeviceKind
    device_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Enrol:
    """Somebody on a device; `person_id` None is whoever asks."""

    device_id: UUID
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Revoke:
    """Why a device is trusted no more."""

    device_id: UUID
    reason: str = ""


@use_case(right="orders.read")
async def name_device(tx: Tx, command: NameDevice) -> dict[str, Any]:
    """Answers the device; whoever names it is enrolled on it. Raises DEVICE_REVOKED for one that is trusted no more.

    On a device that others use already they are one more, and its name stays.
    """
    require_any(tx, *REPORTING, "floor.plan")
    device_id = command.device_id or tx.new_id()
    if not await devices.add(tx, device_id, command.name, command.kind):
        known = await _found(tx, device_id)
        if known.revoked_at is not None:
            raise DEVICE_REVOKED()
        if _is_enrolled(tx, known) or tx.actor.may("floor.plan"):
            await devices.rename(tx, device_id, command.name, command.kind)
    if tx.actor.kind == "user":
        await devices.enrol(tx, device_id, UUID(tx.actor.id))
    if tx.actor.kind == "user" and tx.actor.session_id is not None:
        await devices.sign_in_on(tx, tx.actor.session_id, device_id)
    return device_view(await _found(tx, device_id))


@use_case(right="orders.read")
async def list_devices(tx: Tx, page: DevicePage) -> list[dict[str, Any]]:
    """Devices, oldest first, with their people and the gaps in their reports."""
    staff_only(tx)
    return [device_view(device) for device in await device_list.page(tx, page)]


@use_case(right="orders.read")
async def read_device(tx: Tx, device_id: UUID) -> dict[str, Any]:
    """One device. Raises DEVICE_UNKNOWN."""
    staff_only(tx)
    return device_view(await _found(tx, device_id))


@use_case(right="orders.read")
async def enrol_person(tx: Tx, command: Enrol) -> dict[str, Any]:
    """Let somebody report on a device: oneself, or as a planner anybody. Answers the device."""
    device = await _found(tx, command.device_id)
    if command.person_id in (None, _own_id(tx)):
        require_any(tx, *REPORTING, "floor.plan")
        person = _own_id(tx)
    else:
        require_any(tx, "floor.plan")
        person = command.person_id
    if person is None or not await work_centres.known_people(tx, [person]):
        text = Text("没有这个人", "there is no such person")
        raise FIELD_INVALID(FieldProblem("/person_id", "unknown_reference", text), summary="/person_id")
    await devices.enrol(tx, device.id, person)
    return device_view(await _found(tx, device.id))


@use_case(right="orders.read")
async def remove_person(tx: Tx, command: Enrol) -> dict[str, Any]:
    """Let somebody report on a device no more. Answers the device."""
    device = await _found(tx, command.device_id)
    person = command.person_id or _own_id(tx)
    if person != _own_id(tx):
        require_any(tx, "floor.plan")
    if person is not None:
        await devices.remove_person(tx, device.id, person)
    return device_view(await _found(tx, device.id))


@use_case(right="floor.plan")
async def revoke_device(tx: Tx, command: Revoke) -> dict[str, Any]:
    """Trust a device no more: whoever is signed in on it is signed out, and what it still sends waits for a person.

    Answers the device.
    """
    device = await _found(tx, command.device_id)
    await devices.revoke(tx, device.id, command.reason)
    await devices.sign_out_of(tx, device.id)
    return device_view(await _found(tx, device.id))


@use_case(right="floor.plan")
async def trust_device_again(tx: Tx, device_id: UUID) -> dict[str, Any]:
    """It was found, or it was the wrong one: people sign in on it again. Answers the device.

    What it sent meanwhile still waits for a person.
    """
    device = await _found(tx, device_id)
    await devices.trust_again(tx, device.id)
    return device_view(await _found(tx, device.id))


async def _found(tx: Tx, device_id: UUID) -> Device:
    device = await devices.find(tx, device_id)
    if device is None:
        raise DEVICE_UNKNOWN()
    return device


def _own_id(tx: Tx) -> UUID | None:
    return UUID(tx.actor.id) if tx.actor.kind == "user" else None


def _is_enrolled(tx: Tx, device: Device) -> bool:
    return _own_id(tx) in device.people


def device_view(device: Device) -> dict[str, Any]:
    """A device as the API shows it."""
    return {
        "id": str(device.id),
        "name": device.name,
        "kind": device.kind,
        "named_by": device.named_by,
        "named_by_name": device.named_by_name,
        "named_at": instant_text(device.named_at),
        "revoked_at": device.revoked_at and instant_text(device.revoked_at),
        "revoked_by_name": device.revoked_by_name,
        "revoked_reason": device.revoked_reason,
        "last_seq": device.last_seq,
        "gaps": [list(gap) for gap in device.gaps],
        "pushed_at": device.pushed_at and instant_text(device.pushed_at),
        "pulled_at": device.pulled_at and instant_text(device.pulled_at),
        "skew_seconds": device.skew_seconds,
        "app_version": device.app_version,
        "signed_in": device.signed_in,
        "people": [_person_view(person) for person in device.people.values()],
    }


def _person_view(person: Enrolled) -> dict[str, Any]:
    since = person.enrolled_at and instant_text(person.enrolled_at)
    return {"id": str(person.id), "name": person.name, "disabled": person.disabled, "enrolled_at": since}
