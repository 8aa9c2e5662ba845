"""Which orders a list or an export is about: the filters that both take."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request

from api.v1.types import Instant, SafeText
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence.queries.order_board import OrderFilter

Words = Annotated[SafeText, Query(max_length=100)]
Several = Annotated[list[str], Query(max_length=50)]
_EXTENSION = "x."


async def order_filter(
    request: Request,
    stage: Several = [],  # noqa: B006 - FastAPI copies it
    category: Annotated[
        list[Literal["not_started", "in_production", "quality", "shipping", "done", "cancelled"]], Query()
    ] = [],  # noqa: B006
    channel: Several = [],  # noqa: B006
    shop: Several = [],  # noqa: B006
    external_id: Annotated[SafeText | None, Query(min_length=1, max_length=100)] = None,
    order_type: Several = [],  # noqa: B006
    workflow: Several = [],  # noqa: B006
    customer: UUID | None = None,
    merchandiser: UUID | None = None,
    held: bool | None = None,
    risk: Literal["late", "soon", "short", "likely_late"] | None = None,
    due_before: Instant | None = None,
    q: Words | None = None,
    sort: Annotated[str, Query(max_length=40, json_schema_extra={"enum": ["newest", "due"]})] = "newest",
) -> OrderFilter:
    """The filter, from its first row on. Raises FIELD_INVALID."""
    return OrderFilter(
        stage=tuple(stage),
        category=tuple(category),
        channel=tuple(channel),
        shop=tuple(shop),
        external_id=external_id,
        order_type=tuple(order_type),
        workflow=tuple(workflow),
        customer=customer,
        merchandiser=merchandiser,
        held=held,
        risk=risk,
        due_before=due_before,
        words=q,
        extension=_extension(request),
        sort=_sort(sort),
    )


TheOrderFilter = Annotated[OrderFilter, Depends(order_filter)]


def _extension(request: Request) -> dict[str, Any]:
    """`x.glass_colour=blue`, and for numbers and yes or no the same in their own type."""
    given = [(n.removeprefix(_EXTENSION), v) for n, v in request.query_params.multi_items() if n.startswith(_EXTENSION)]
    if len(given) > 10 or any(not name.isidentifier() for name, _ in given):
        text = Text("扩展字段名不对，或超过 10 个", "not a field's name, or more than 10 of them")
        raise FIELD_INVALID(FieldProblem("/query/x.", "invalid", text), summary=text.en)
    return {name: _typed(value) for name, value in given}


def _typed(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else value


def _sort(sort: str) -> Literal["newest", "due"]:
    if sort not in ("newest", "due"):
        text = Text("只能按 newest 或 due 排序", "sort by newest or due")
        raise FIELD_INVALID(FieldProblem("/query/sort", "invalid", text), summary=text.en)
    return "due" if sort == "due" else "newest"
