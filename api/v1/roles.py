"""Roles as sets of rights that a factory edits, and the rights there are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import IfMatchRequired, TheKey
from api.paging import ThePage
from api.route import Answer, found_at, router
from api.v1.types import BothLanguages, Flag, Key, Name, Page, Sent, Shown
from domain.access.rights import RIGHT_LABELS
from domain.access.roles import RIGHTS
from domain.text import Text
from usecases.people.roles import AddRole, ChangeRole, DropRole, add_role, change_role, drop_role, list_roles, read_role

routes = router("people")

Right = Annotated[str, Field(pattern=r"^[a-z_]{1,40}\.[a-z_]{1,40}$", examples=["orders.read"])]
Rights = Annotated[list[Right], Field(max_length=200, description="of GET rights 权限")]
RoleKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["sales"])]
OrdersOf = Annotated[
    Literal["all", "department", "own"],
    Field(description="whose orders exist for them: all, their department's, their own 可见订单范围"),
]
SecondFactor = Annotated[Flag, Field(description="whether signing in takes a second factor 是否须两步验证")]


class LabelIn(Sent):
    """A name in both languages."""

    zh: Name
    en: Name


class RoleIn(Sent):
    """A role of the factory's own. Where roles are named, it stands for the built-in one that it is based on, too."""

    key: Key
    label: LabelIn
    based_on: Key = Field(examples=["sales"], description="one of the built-in roles 所依据的内置岗位")
    rights: Rights
    orders_of: OrdersOf = "all"
    second_factor: SecondFactor = False


class RolePatch(Sent):
    """A JSON merge patch: what is not named stays. `rights` null puts them back to those of the built-in role."""

    label: LabelIn = Field(default=None)  # type: ignore[assignment]  # never used: only what was sent counts
    rights: Rights | None = None
    orders_of: OrdersOf = "all"
    second_factor: SecondFactor = False


class RoleOut(Shown):
    """A role with its rights. `version` 0 is as it came with the product."""

    key: str
    label: BothLanguages
    rights: list[str]
    based_on: str
    built_in: bool
    orders_of: OrdersOf
    second_factor: bool
    version: int


class RightOut(Shown):
    """A right by its name."""

    key: str
    label: BothLanguages


@routes.get("/roles", response_model=Page[RoleOut])
async def get_roles(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """The roles with their rights: those that came with the product, then the factory's own. 岗位与权限。"""
    rows = await door.read(actor, list_roles, None)
    start = next((n for n, row in enumerate(rows, 1) if page.after and row["key"] == page.after[0]), 0)
    return page.page(rows[start : start + page.fetch], lambda role: [role["key"]])


@routes.get("/roles/{key}", response_model=RoleOut)
async def get_role(key: RoleKey, actor: TheActor, door: TheDoor) -> Answer:
    """One role. 一个岗位。"""
    role = await door.read(actor, read_role, key)
    return Answer(role, version=role["version"])


@routes.post("/roles", status_code=201, response_model=RoleOut)
@found_at("/api/v1/roles/{key}")
async def post_role(body: RoleIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Make a role; nobody gives it a right that they do not hold. 新增岗位。"""
    command = AddRole(
        body.key, Text(**body.label.model_dump()), frozenset(body.rights), body.based_on, body.orders_of,
        body.second_factor,
    )  # fmt: skip
    outcome = await door.run(actor, add_role, command, key=key)
    return Answer(outcome.answer, 201, outcome.answer["version"], outcome.replayed)


@routes.patch("/roles/{key}", response_model=RoleOut)
async def patch_role(
    key: RoleKey, body: RolePatch, actor: TheActor, door: TheDoor, version: IfMatchRequired, once: TheKey
) -> Answer:
    """Change a role; it counts at the next call of everybody who has it. 修改岗位。"""
    changes = body.model_dump(exclude_unset=True)
    if "label" in changes:
        changes["label"] = Text(**changes["label"])
    outcome = await door.run(actor, change_role, ChangeRole(key, changes, version), key=once)
    return Answer(outcome.answer, version=outcome.answer["version"], replayed=outcome.replayed)


@routes.delete("/roles/{key}", status_code=204, response_model=None)
async def delete_role(key: RoleKey, actor: TheActor, door: TheDoor, version: IfMatchRequired) -> Answer:
    """Remove a role of the factory's own that nobody has any more. 删除岗位。"""
    await door.run(actor, drop_role, DropRole(key, version))
    return Answer()


@routes.get("/rights", response_model=Page[RightOut])
async def get_rights(actor: TheActor) -> Any:
    """What a role may be given, by area. 全部权限。"""
    del actor
    items = [{"key": key, "label": RIGHT_LABELS.get(key, Text(key, key)).as_json()} for key in sorted(RIGHTS)]
    return {"items": items, "next_cursor": None}
