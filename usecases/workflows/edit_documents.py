"""Drafts, validation and publishing of documents: workflows, order types, forms and intake templates alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from domain.expressions.schema import FormSchema
from domain.intake.template import compile_template
from domain.orders.events import instant_text
from domain.orders.types import OrderType
from domain.refusals.general import NOT_FOUND, VERSION_STALE
from domain.refusals.kinds import FieldProblem, Refusal
from domain.refusals.workflows import DOCUMENT_INVALID, KEY_MISMATCH
from domain.text import Text
from domain.workflow.validate import Known, Problem, check_document
from persistence import documents, library
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case

DocumentKind = Literal["workflow", "order_type", "form", "intake_template"]


_KEY_NAMES: Mapping[DocumentKind, str] = {"intake_template": "channel"}
"""What a document calls its own key, where that is not `key`."""


@dataclass(frozen=True, slots=True)
class Named:
    """One document by its kind and key."""

    kind: DocumentKind
    key: str


@dataclass(frozen=True, slots=True)
class Version:
    """One published version."""

    kind: DocumentKind
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """A draft's new body; `expected_version` is what If-Match named, if anything."""

    kind: DocumentKind
    key: str
    body: Mapping[str, Any]
    expected_version: int | None = None


@use_case(right="orders.read")
async def list_documents(tx: Tx, kind: DocumentKind) -> list[dict[str, Any]]:
    """The newest published version of each, and whether a draft is being edited."""
    return [
        {
            "key": row["key"],
            "version": row["version"],
            "label": (row["body"] or {}).get("label"),
            "published_at": row["published_at"] and instant_text(row["published_at"]),
            "published_by": row["published_by"],
            "has_draft": row["has_draft"],
        }
        for row in await library.list_documents(tx, kind)
    ]


@use_case(right="orders.read")
async def read_versions(tx: Tx, named: Named) -> list[dict[str, Any]]:
    """When each version was published, newest first."""
    rows = await library.versions(tx, named.kind, named.key)
    if not rows:
        raise NOT_FOUND()
    return [{**row, "published_at": instant_text(row["published_at"])} for row in rows]


@use_case(right="orders.read")
async def read_version(tx: Tx, wanted: Version) -> dict[str, Any]:
    """One published document. Raises NOT_FOUND."""
    row = await library.read_version(tx, wanted.kind, wanted.key, wanted.version)
    if row is None:
        raise NOT_FOUND()
    return dict(row["body"])


@use_case(right="workflows.edit")
async def read_draft(tx: Tx, named: Named) -> dict[str, Any]:
    """The draft with its own version and what is wrong with it."""
    row = await _draft(tx, named)
    return await _draft_view(tx, named, row["body"], row["version"])


@use_case(right="workflows.edit")
async def save_draft(tx: Tx, command: SaveDraft) -> dict[str, Any]:
    """Keep a draft, valid or not: what is wrong is said, and only publishing needs it to be right."""
    if command.body.get(_KEY_NAMES.get(command.kind, "key")) != command.key:
        text = Text("与地址中的 key 不同", "is not the key in the address")
        name = _KEY_NAMES.get(command.kind, "key")
        raise KEY_MISMATCH(FieldProblem(f"/{name}", "key_mismatch", text))
    version = await library.save_draft(tx, command.kind, command.key, command.body, command.expected_version)
    if version is None:
        raise VERSION_STALE(version="?")
    return await _draft_view(tx, Named(command.kind, command.key), command.body, version)


@use_case(right="workflows.edit")
async def validate_draft(tx: Tx, named: Named) -> dict[str, Any]:
    """`{"valid", "problems": [{"pointer", "code", "detail"}]}`, every problem at once."""
    row = await _draft(tx, named)
    return verdict(await problems_of(tx, named.kind, row["body"]))


@use_case(right="workflows.publish")
async def publish_draft(tx: Tx, named: Named) -> dict[str, Any]:
    """Make the draft the next version, for orders from now on. Raises DOCUMENT_INVALID with every problem."""
    row = await _draft(tx, named)
    await insist_on_valid(tx, named.kind, row["body"])
    version = await library.publish_next(tx, named.kind, named.key, row["body"])
    await library.drop_draft(tx, named.kind, named.key)
    return {"key": named.key, "version": version}


@use_case(right="workflows.edit")
async def drop_draft(tx: Tx, named: Named) -> dict[str, Any]:
    """Forget the draft; published versions stay."""
    if not await library.drop_draft(tx, named.kind, named.key):
        raise NOT_FOUND()
    return {"key": named.key, "dropped": True}


async def read_body(tx: Tx, named: Named) -> tuple[Mapping[str, Any], int]:
    """The draft's document and its own version. Raises NOT_FOUND."""
    row = await _draft(tx, named)
    return row["body"], row["version"]


async def insist_on_valid(tx: Tx, kind: DocumentKind, body: Mapping[str, Any]) -> None:
    """Raises DOCUMENT_INVALID with every problem that keeps a document from being published."""
    if errors := [p for p in await problems_of(tx, kind, body) if p.severity == "error"]:
        fields = [FieldProblem(p.pointer, p.code, p.detail) for p in errors]
        raise DOCUMENT_INVALID(*fields, summary=", ".join(sorted({p.code for p in errors})))


async def problems_of(tx: Tx, kind: DocumentKind, body: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with a document of this kind."""
    if kind == "workflow":
        return check_document(body, Known(roles=(await role_book(tx)).keys(), forms=await documents.all_forms(tx)))
    try:
        _compile(kind, body)
    except Refusal as refusal:
        fields = refusal.fields or (FieldProblem("", refusal.code, refusal.detail),)
        return [Problem(field.pointer, field.code, field.detail) for field in fields]
    return await _unknown_reference(tx, kind, body)


def _compile(kind: DocumentKind, body: Mapping[str, Any]) -> None:
    if kind == "form":
        FormSchema.compile(body.get("schema", {}))
    elif kind == "intake_template":
        # The version is given when it is published.
        compile_template({**body, "version": 1})
    else:
        FormSchema.compile(OrderType.parse(body, 1).fields)


async def _unknown_reference(tx: Tx, kind: DocumentKind, body: Mapping[str, Any]) -> list[Problem]:
    if kind == "order_type" and not await library.versions(tx, "workflow", body["workflow"]):
        return [Problem("/workflow", "workflow_unknown", Text("没有这个流程", "there is no such workflow"))]
    if kind == "intake_template" and not await library.versions(tx, "order_type", body["order_type"]):
        return [Problem("/order_type", "order_type_unknown", Text("没有这个订单类型", "there is no such order type"))]
    return []


def verdict(problems: Sequence[Problem]) -> dict[str, Any]:
    """The answer of a validation."""
    return {
        "valid": all(p.severity != "error" for p in problems),
        "problems": [
            {"pointer": p.pointer, "code": p.code, "severity": p.severity, "detail": p.detail.as_json()}
            for p in problems
        ],
    }


async def _draft(tx: Tx, named: Named) -> Mapping[str, Any]:
    row = await library.read_draft(tx, named.kind, named.key)
    if row is None:
        raise NOT_FOUND()
    return row


async def _draft_view(tx: Tx, named: Named, body: Mapping[str, Any], version: int) -> dict[str, Any]:
    problems = await problems_of(tx, named.kind, body)
    return {"key": named.key, "draft_version": version, "body": body, **verdict(problems)}
