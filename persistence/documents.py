"""Published documents (workflows, order types, forms, templates): they never change; each is read and parsed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from domain.expressions.schema import FormSchema
from domain.intake.template import Template, compile_template
from domain.orders.types import OrderType
from domain.workflow.document import Workflow
from persistence.tx import Tx

_READ = "SELECT body FROM documents WHERE kind = $1 AND key = $2 AND version = $3"
_REFERENCES = "SELECT key || '@' || version AS reference FROM documents WHERE kind = $1 ORDER BY 1"
_LATEST = "SELECT max(version) FROM documents WHERE kind = $1 AND key = $2"

T = TypeVar("T")


async def workflow(tx: Tx, key: str, version: int) -> Workflow:
    """One published workflow version, parsed. Raises LookupError where there is none."""
    return await published(tx, "workflow", key, version, Workflow.parse)


async def order_type(tx: Tx, key: str, version: int) -> OrderType:
    """One published order type version."""
    return await published(tx, "order_type", key, version, lambda body: OrderType.parse(body, version))


async def form(tx: Tx, reference: str) -> FormSchema:
    """The form that `key@version` names."""
    key, _, version = reference.partition("@")
    return await published(tx, "form", key, int(version), lambda body: FormSchema.compile(body["schema"]))


async def workflow_with_forms(tx: Tx, key: str, version: int) -> tuple[Workflow, dict[str, FormSchema]]:
    """A published workflow and every form that its transitions name."""
    cache = tx.connection.published
    found: tuple[Workflow, dict[str, FormSchema]] | None = cache.get(("workflow with forms", key, version))
    if found is None:
        document = await workflow(tx, key, version)
        references = {transition.form for transition in document.transitions if transition.form}
        found = document, {reference: await form(tx, reference) for reference in sorted(references)}
        cache["workflow with forms", key, version] = found
    return found


async def all_forms(tx: Tx) -> dict[str, FormSchema]:
    """Every published form by its reference `key@version`."""
    rows = await tx.connection.rows(_REFERENCES, "form")
    return {row["reference"]: await form(tx, row["reference"]) for row in rows}


async def intake_template(tx: Tx, channel: str) -> Template | None:
    """The newest template that a channel's payloads are read with, or None where none is published."""
    version = await latest_version(tx, "intake_template", channel)
    return await published(tx, "intake_template", channel, version, compile_template) if version else None


async def latest_version(tx: Tx, kind: str, key: str) -> int | None:
    """The newest published version, or None."""
    version: int | None = await tx.connection.value(_LATEST, kind, key)
    return version


async def published(tx: Tx, kind: str, key: str, version: int, parse: Callable[[Any], T]) -> T:
    """One published version, parsed once a process. Raises LookupError where there is none."""
    cache = tx.connection.published
    found = cache.get((kind, key, version))
    if found is None:
        body = await tx.connection.value(_READ, kind, key, version)
        if body is None:
            raise LookupError(f"{kind} {key}@{version} is not published")
        found = cache[kind, key, version] = parse(body)
    return found
