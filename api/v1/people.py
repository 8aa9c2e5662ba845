"""Staff, for administrators: who there is, what they may do, who may come in."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from api.actor import TheActor, TheDoor, ThePasswords
from api.keys import IfMatch, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.auth import Sessions
from api.v1.own_account import Ended
from api.v1.types import BothLanguages, Flag, Key, Name, Page, SafeText, Sent, Shown
from domain.access.actor import Actor
from domain.access.password_rules import LONGEST, SHORTEST
from domain.refusals.people import RIGHT_MISSING
from usecases.door import Outcome
from usecases.people.add_person import AddPerson, add_person
from usecases.people.change_person import ChangePerson, change_person
from usecases.people.list_people import PeoplePage, list_people, read_person
from usecases.people.names import names_of
from usecases.people.second_factor import drop_second_factor
from usecases.people.sessions import EndSessionsOf, end_sessions_of, list_sessions_of

routes = router("people")

Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@-]{0,99}$", examples=["li.wei"])]
Password = Annotated[SafeText, Field(min_length=SHORTEST, max_length=LONGEST, json_schema_extra={"format": "password"})]
Roles = Annotated[list[Key], Field(max_length=20, description="keys of GET roles 岗位")]
Positions = Annotated[list[Key], Field(max_length=20, examples=[["production_manager"]])]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{2,30}$")]
Language = Literal["zh", "en"]
Department = Annotated[SafeText, Field(min_length=1, max_length=100, examples=["华东销售部"])]
OrdersOf = Annotated[
    Literal["all", "department", "own"],
    Field(description="whose orders exist for them; null: as their roles say 可见订单范围，空则由岗位决定"),
]


class PersonIn(Sent):
    """Somebody new."""

    login: Login
    name: Name
    password: Password
    roles: Roles
    email: EmailStr | None = None
    phone: Phone | None = None
    positions: Positions = Field(default_factory=list)
    language: Language = "zh"
    orders_of: OrdersOf | None = None
    department: Department | None = None


class PersonPatch(Sent):
    """A JSON merge patch: what is not named stays. A new password signs the person out everywhere."""

    name: Name = "-"
    password: Password = "-"  # noqa: S105 - never used: only what was sent counts
    roles: Roles = Field(default_factory=list)
    email: EmailStr | None = None
    phone: Phone | None = None
    positions: Positions = Field(default_factory=list)
    language: Language = "zh"
    disabled: Flag = False
    orders_of: OrdersOf | None = None
    department: Department | None = None


class RoleName(Shown):
    """A role by its name."""

    key: str
    label: BothLanguages


class PersonOut(Shown):
    """One of the staff."""

    id: UUID
    login: str
    name: str
    email: str | None
    phone: str | None
    language: Language
    disabled: bool
    roles: list[RoleName]
    positions: list[str]
    orders_of: OrdersOf | None
    department: str | None
    created_at: str
    version: int


@routes.get("/users", response_model=Page[PersonOut])
async def list_users(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """The staff, by login. 人员。"""
    rows = await door.read(actor, list_people, PeoplePage(page.after[0] if page.after else None, page.fetch))
    return page.page(rows, lambda person: [person["login"]])


@routes.post("/users", status_code=201, response_model=PersonOut)
@found_at("/api/v1/users/{id}")
async def add_user(body: PersonIn, actor: TheActor, door: TheDoor, passwords: ThePasswords, key: TheKey) -> Answer:
    """Add somebody. 新增人员。"""
    _insist_on_right(actor)
    await passwords.insist_on_good(body.password, "/password", (body.login, body.name, body.email))
    hashed = await passwords.hash(body.password)
    command = AddPerson(**body.model_dump(exclude={"password"}), password_hash=hashed)
    return _answer(await door.run(actor, add_person, command, key=key), status=201)


@routes.get("/users/{user_id}", response_model=PersonOut)
async def get_user(user_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """One of the staff. 一位人员。"""
    person = await door.read(actor, read_person, user_id)
    return Answer(person, version=person["version"])


@routes.patch("/users/{user_id}", response_model=PersonOut)
async def change_user(
    user_id: UUID,
    body: PersonPatch,
    actor: TheActor,
    door: TheDoor,
    passwords: ThePasswords,
    version: IfMatch,
    key: TheKey,
) -> Answer:
    """Change somebody; `disabled` shuts them out at their next call. 修改人员。"""
    _insist_on_right(actor)
    changes = body.model_dump(exclude_unset=True)
    password = changes.pop("password", None)
    hashed = None
    if password is not None:
        await passwords.insist_on_good(password, "/password", await door.read(actor, names_of, user_id))
        hashed = await passwords.hash(password)
    command = ChangePerson(user_id, changes, hashed, version)
    return _answer(await door.run(actor, change_person, command, key=key))


@routes.get("/users/{user_id}/sessions", response_model=Sessions)
async def get_sessions_of(user_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """Where somebody is signed in; at most 200, the one used last first. 某人的登录。"""
    return {"items": await door.read(actor, list_sessions_of, user_id), "next_cursor": None}


@routes.delete("/users/{user_id}/sessions", response_model=Ended)
async def end_sessions(user_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """Sign somebody out everywhere. 结束某人的全部登录。"""
    return (await door.run(actor, end_sessions_of, EndSessionsOf(user_id))).answer


@routes.delete("/users/{user_id}/sessions/{session_id}", response_model=Ended)
async def end_session_of(user_id: UUID, session_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """Sign somebody out in one place. 结束某人的一处登录。"""
    return (await door.run(actor, end_sessions_of, EndSessionsOf(user_id, session_id))).answer


@routes.delete("/users/{user_id}/second-factor", status_code=204, response_model=None)
async def delete_second_factor(user_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """Take off the second factor of somebody who lost it, and sign them out. 重置某人的两步验证。"""
    await door.run(actor, drop_second_factor, user_id)
    return Answer()


def _answer(outcome: Outcome, status: int | None = None) -> Answer:
    return answer_of(outcome, status=status, version=outcome.answer["version"])


def _insist_on_right(actor: Actor) -> None:
    """Before the work of hashing; the door checks it again. Raises RIGHT_MISSING."""
    if not actor.may("people.edit"):
        raise RIGHT_MISSING(right="people.edit")
