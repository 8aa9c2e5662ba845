"""Workflows, order types and forms as data: read, draft, validate, publish; and moving running orders."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path
from pydantic import Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.keys import IfMatch, TheKey
from api.route import Answer, answer_of, found_at, router
from api.v1.types import BothLanguages, Flag, Key, Page, Sent, Shown
from usecases.workflows.edit_documents import (
    DocumentKind,
    Named,
    SaveDraft,
    Version,
    drop_draft,
    list_documents,
    publish_draft,
    read_draft,
    read_version,
    read_versions,
    save_draft,
    validate_draft,
)
from usecases.workflows.effect_choices import read_effect_choices
from usecases.workflows.move_orders import MoveOrders, move_orders, preview_move

routes = router("workflows")

DocumentKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["standard"])]
VersionNumber = Annotated[int, Path(ge=1, le=100_000)]
Document = Annotated[dict[str, Any], Body(description="the whole document 整份文档")]


class DocumentRow(Shown):
    """The newest version of a document, and whether a draft is being edited."""

    key: str
    version: int | None
    label: BothLanguages | None
    published_at: str | None
    published_by: str | None
    has_draft: bool


class VersionRow(Shown):
    """When a version was published, and by whom."""

    version: int
    published_at: str
    published_by: str


class DocumentProblem(Shown):
    """What is wrong, and where in the document."""

    pointer: str
    code: str
    severity: Literal["error", "warning"]
    detail: BothLanguages


class Verdict(Shown):
    """Whether a draft may be published; every problem at once."""

    valid: bool
    problems: list[DocumentProblem]


class Draft(Verdict):
    """A draft with what is wrong with it."""

    key: str
    draft_version: int
    body: dict[str, Any]


class Published(Shown):
    """The version that a draft became."""

    key: str
    version: int


class EffectChoice(Shown):
    """Something that may be chosen, with its name for people."""

    key: str
    label: BothLanguages


class Staff(Shown):
    """Somebody who may be told."""

    login: str
    name: str


class MessageTemplate(Shown):
    """A text that is told, with `{order_no}` and `{stage}` where those will stand."""

    key: str
    subject: BothLanguages
    text: BothLanguages


class EffectChoices(Shown):
    """`kinds` with `channels`, recipients and `templates` of `notify`. Roles and forms are listed elsewhere."""

    kinds: list[EffectChoice]
    channels: list[EffectChoice]
    parties: list[EffectChoice]
    positions: list[EffectChoice]
    people: list[Staff]
    templates: list[MessageTemplate]


class MoveIn(Sent):
    """Where orders in each stage of the other versions go; a stage of the same name needs no word."""

    stage_mapping: dict[Key, Key] = Field(
        default_factory=dict, max_length=100, json_schema_extra={"additionalProperties": False}
    )
    dry_run: Flag = True


class Landing(Shown):
    """Where the orders of one stage land; `to` null means that they have no place yet."""

    from_stage: str = Field(alias="from")
    to_stage: str | None = Field(alias="to")
    note: Literal["same", "moved", "forward", "back", "ended", "no_place"]
    count: int
    order_nos: list[str]


class Moved(Shown):
    """What a move would do, or did; `remaining` orders of older versions are left for the next call."""

    dry_run: bool
    moved: int
    from_version: int | None
    to_version: int
    landings: list[Landing]
    remaining: int


def _add(routes: APIRouter, path: str, kind: DocumentKind, words: str) -> None:
    """The same calls for each kind of document."""

    @routes.get(f"/{path}", name=f"list_{kind}s", response_model=Page[DocumentRow], summary=f"List {words}")
    async def get_all(actor: TheActor, door: TheDoor) -> Any:
        """The published ones, each with its newest version."""
        return {"items": await door.read(actor, list_documents, kind), "next_cursor": None}

    @routes.get(f"/{path}/{{key}}/versions", name=f"list_{kind}_versions", response_model=Page[VersionRow])
    async def get_versions(key: DocumentKey, actor: TheActor, door: TheDoor) -> Any:
        """Every published version, which never changes."""
        return {"items": await door.read(actor, read_versions, Named(kind, key)), "next_cursor": None}

    @routes.get(f"/{path}/{{key}}/versions/{{n}}", name=f"get_{kind}_version", response_model=dict[str, Any])
    async def get_version(key: DocumentKey, n: VersionNumber, actor: TheActor, door: TheDoor) -> Any:
        """One published version, word for word."""
        return await door.read(actor, read_version, Version(kind, key, n))

    @routes.get(f"/{path}/{{key}}/draft", name=f"get_{kind}_draft", response_model=Draft)
    async def get_draft(key: DocumentKey, actor: TheActor, door: TheDoor) -> Answer:
        """What is being edited; its ETag is the draft's own version."""
        draft = await door.read(actor, read_draft, Named(kind, key))
        return Answer(draft, version=draft["draft_version"])

    @routes.put(f"/{path}/{{key}}/draft", name=f"put_{kind}_draft", response_model=Draft)
    async def put_draft(
        key: DocumentKey, body: Document, actor: TheActor, door: TheDoor, attempt: TheKey, version: IfMatch
    ) -> Answer:
        """Save what is being edited, finished or not; `If-Match` guards against a second editor."""
        outcome = await door.run(actor, save_draft, SaveDraft(kind, key, body, version), key=attempt)
        return answer_of(outcome, version=outcome.answer["draft_version"])

    @routes.delete(f"/{path}/{{key}}/draft", name=f"delete_{kind}_draft", response_model=dict[str, Any])
    async def delete_draft(key: DocumentKey, actor: TheActor, door: TheDoor, attempt: TheKey) -> Answer:
        """Throw away what is being edited."""
        return answer_of(await door.run(actor, drop_draft, Named(kind, key), key=attempt))

    @routes.post(f"/{path}/{{key}}/draft/validate", name=f"validate_{kind}_draft", response_model=Verdict)
    async def validate(key: DocumentKey, actor: TheActor, door: TheDoor) -> Any:
        """What would keep the draft from being published; nothing is changed."""
        return await door.read(actor, validate_draft, Named(kind, key))

    @routes.post(
        f"/{path}/{{key}}/draft/publish", name=f"publish_{kind}_draft", status_code=201, response_model=Published
    )
    @found_at(f"/api/v1/{path}/{{key}}/versions/{{version}}")
    async def publish(request: Request, key: DocumentKey, actor: TheActor, door: TheDoor, attempt: TheKey) -> Answer:
        """Make the draft the next version, for good. Rights that it gives to fields hold from now on."""
        outcome = await door.run(actor, publish_draft, Named(kind, key), key=attempt)
        parts_of(request).fields.forget()
        return answer_of(outcome, status=201)


_KINDS: tuple[tuple[str, DocumentKind, str], ...] = (
    ("workflows", "workflow", "workflows 流程"),
    ("order-types", "order_type", "order types 订单类型"),
    ("forms", "form", "forms 表单"),
    ("intake-templates", "intake_template", "intake templates 来单模板"),
)
for _path, _kind, _words in _KINDS:
    _add(routes, _path, _kind, _words)


@routes.get("/workflow-effects", response_model=EffectChoices)
async def get_effect_choices(actor: TheActor, door: TheDoor) -> Any:
    """What an effect may be made of: kinds, channels, recipients, and the texts that are told. 流转后果的选项。"""
    return await door.read(actor, read_effect_choices, None)


@routes.post("/workflows/{key}/versions/{n}/move-orders", response_model=Moved)
async def move_running_orders(
    key: DocumentKey, n: VersionNumber, body: MoveIn, actor: TheActor, door: TheDoor, attempt: TheKey
) -> Answer:
    """Move the workflow's running orders to this version: first as a preview, then for real; each gets its event."""
    command = MoveOrders(key, n, body.stage_mapping)
    if body.dry_run:
        return Answer(await door.read(actor, preview_move, command))
    return answer_of(await door.run(actor, move_orders, command, key=attempt))
