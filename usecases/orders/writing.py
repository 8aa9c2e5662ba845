"""Who may write which field of an order: by the table and by the order type's own document, in one refusal."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access.actor import Actor
from domain.access.fields import standing, unwritable
from domain.expressions.json_bounds import pointer
from domain.expressions.schema import FormSchema
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import FIELD_NOT_WRITABLE
from domain.text import Text
from persistence import documents
from persistence.tx import Tx

_TEXT = Text("您不能修改此字段", "you may not write this field")


async def own_fields(tx: Tx, order_type: str) -> FormSchema | None:
    """What orders of the type have beside what all orders have, by its newest document; None where there is none."""
    version = await documents.latest_version(tx, "order_type", order_type)
    if version is None:
        return None
    return FormSchema.compile((await documents.order_type(tx, order_type, version)).fields)


def refuse_unwritable(
    actor: Actor,
    written: Iterable[tuple[str, str]],
    extension: Iterable[str] = (),
    own: FormSchema | None = None,
    within: str = "/extension",
) -> None:
    """Raises FIELD_NOT_WRITABLE, naming each.

    `written` are (JSON pointer, name) of the table's fields, `extension` names of the type's own, which stand `within`.
    """
    places = list(written)
    refused = unwritable(actor, {name for _, name in places})
    pointers = [(place, name) for place, name in places if name in refused]
    if own is not None:
        closed = {field.name for field in own.fields} - own.writable(standing(actor))
        pointers += [(pointer(within, name), name) for name in extension if name in closed]
    if pointers:
        fields = [FieldProblem(place, "field_not_writable", _TEXT) for place, _ in pointers]
        raise FIELD_NOT_WRITABLE(*fields, names=", ".join(sorted({name for _, name in pointers})))
