"""Devices of the floor: named, people enrolled on them, revoked."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.types import Name, Page, SafeText, Sent, Shown
from persistence.queries.device_list import DevicePage
from usecases.floor.devices import (
    Enrol,
    NameDevice,
    Revoke,
    enrol_person,
    list_devices,
    name_device,
    read_device,
    remove_person,
    revoke_device,
    trust_device_again,
)

routes = router("floor")


class DeviceIn(Sent):
    """`id` is a UUID that the device made for itself; naming the same one again only renames it."""

    id: UUID | None = None
    name: Name
    kind: Literal["phone", "tablet", "terminal"] = "phone"


class EnrolIn(Sent):
    """Null is oneself."""

    person_id: UUID | None = None


class RevokeIn(Sent):
    """Why."""

    reason: Annotated[SafeText, Field(max_length=500)] = ""


class DevicePerson(Shown):
    """Somebody who may report on it."""

    id: str
    name: str
    disabled: bool
    enrolled_at: str | None


class DeviceOut(Shown):
    """`gaps` are runs `[from, to]` of numbers of reports that have not come, up to `last_seq`.

    `pushed_at` is when it last sent, `pulled_at` when it last asked; `skew_seconds` is what its clock lacks; below
    zero it is ahead.
    """

    id: str
    name: str
    kind: Literal["phone", "tablet", "terminal"]
    named_by: str
    named_by_name: str | None
    named_at: str
    revoked_at: str | None
    revoked_by_name: str | None
    revoked_reason: str | None
    last_seq: int
    gaps: list[list[int]]
    pushed_at: str | None
    pulled_at: str | None
    skew_seconds: int
    app_version: str | None
    signed_in: int = Field(description="sessions that live on it 登录中的会话数")
    people: list[DevicePerson]


@routes.post("/devices", status_code=201, response_model=DeviceOut)
@found_at("/api/v1/devices/{id}")
async def post_device(body: DeviceIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Name a device. Whoever names it is enrolled on it."""
    command = NameDevice(body.name, body.kind, body.id)
    return answer_of(await door.run(actor, name_device, command, key=key), status=201)


@routes.get("/devices", response_model=Page[DeviceOut])
async def get_devices(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    revoked: Annotated[bool | None, Query(description="blocked ones, or only the others")] = None,
    person: Annotated[UUID | None, Query(description="on which this person may report")] = None,
) -> Any:
    """Devices in the order in which they were named, with the gaps in their reports. 设备列表。"""
    after = UUID(page.after[0]) if page.after else None
    wanted = DevicePage(after, page.fetch, revoked, person)
    return page.page(await door.read(actor, list_devices, wanted), lambda one: [one["id"]])


@routes.get("/devices/{device_id}", response_model=DeviceOut)
async def get_device(device_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One device."""
    return await door.read(actor, read_device, device_id)


@routes.post("/devices/{device_id}/people", response_model=DeviceOut)
async def post_device_person(device_id: UUID, body: EnrolIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Enrol oneself, or as a planner anybody."""
    return answer_of(await door.run(actor, enrol_person, Enrol(device_id, body.person_id), key=key))


@routes.delete("/devices/{device_id}/people/{person_id}", response_model=DeviceOut)
async def delete_device_person(device_id: UUID, person_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Take oneself, or as a planner anybody, off a device."""
    return answer_of(await door.run(actor, remove_person, Enrol(device_id, person_id), key=key))


@routes.post("/devices/{device_id}/revoke", response_model=DeviceOut)
async def post_device_revocation(
    device_id: UUID, body: RevokeIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Trust a device no more: whoever is signed in there is signed out; what it sends waits for a person. 停用设备。"""
    return answer_of(await door.run(actor, revoke_device, Revoke(device_id, body.reason), key=key))


@routes.delete("/devices/{device_id}/revoke", response_model=DeviceOut)
async def delete_device_revocation(device_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Trust a device again; people sign in on it anew. 恢复设备。"""
    return answer_of(await door.run(actor, trust_device_again, device_id, key=key))
