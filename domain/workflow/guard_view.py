"""What a guard may read of an order, the facts and the actor, with types: a wrong name is found before publishing.

`domain.orders.order.Order.guard_view` and `usecases.orders.perform_action.situation` give exactly these names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.expressions.guard_types import BOOL, DYN, INT, OPEN_MAP, STRING, TIMESTAMP, Type, list_of, map_of
from domain.expressions.schema import FormSchema

ORDER = map_of(
    {
        "order_no": STRING,
        "order_type": STRING,
        "channel": STRING,
        "shop": STRING,
        "currency": STRING,
        "total_minor": INT,
        "line_count": INT,
        "skus": list_of(STRING),
        "has_gifts": BOOL,
        "priority": INT,
        "stage": STRING,
        "held": BOOL,
        "revision": INT,
        "has_promised_date": BOOL,
        "opened_at": TIMESTAMP,
        "extension": OPEN_MAP,
    }
)
FACTS = map_of({"now": TIMESTAMP, "deliverables": Type("map", item=INT)})
ACTOR = map_of({"kind": STRING, "id": STRING, "roles": list_of(STRING)})
_KINDS: Mapping[str, Type] = {"string": STRING, "integer": INT, "boolean": BOOL}


def roots(form: FormSchema | None) -> Mapping[str, Type]:
    """The declared names for a guard of a transition with this form; without a form the payload is open."""
    return {
        "order": ORDER,
        "payload": OPEN_MAP if form is None else of_schema(form.schema),
        "facts": FACTS,
        "actor": ACTOR,
    }


def of_schema(schema: Any) -> Type:
    """The type of what a form accepts, as far as the form says; a name that a closed form has not got is a mistake."""
    if not isinstance(schema, Mapping):
        return DYN
    kind = schema.get("type", "object" if "properties" in schema else None)
    if kind == "object":
        return _of_object(schema)
    if kind == "array":
        return list_of(of_schema(schema.get("items")))
    return _KINDS.get(kind, DYN) if isinstance(kind, str) else DYN


def _of_object(schema: Mapping[str, Any]) -> Type:
    fields = {name: of_schema(part) for name, part in schema.get("properties", {}).items()}
    closed = schema.get("additionalProperties") is False and "$ref" not in schema
    return map_of(fields) if closed else OPEN_MAP
