"""How each field of the table is written, by itself, through each operation that writes orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.access.fields import FIELDS
from tests.api.support import an_order
from tests.rights.asking import Example, Operation

Place = tuple[str, ...]
"""Where a field stands in a body: its names from the outside in; what is a list has one entry."""

_DATE = "2027-03-01"
# What is written there; none of it is what stands there already.
SAMPLES: Mapping[str, Any] = {
    **dict.fromkeys(("unit_price", "shipping", "tax", "cost", "margin", "unit_cost", "quantity"), "3"),
    **dict.fromkeys(("signed_date", "promised_date", "requested_date"), _DATE),
    **dict.fromkeys(("sku", "name", "unit"), "another"),
    **{name: [{"kind": "order", "label": "x", "amount": "1"}] for name in ("discounts", "fees")},
    "total": "1",
    "tax_included": False,
    "is_gift": True,
    "priority": 7,
    "merchandiser_id": None,
    **{name: {"glass": "green"} for name in ("options", "technical")},
    "extension": {"port": "Shanghai"},
    "notes": {"seller": "x"},
    "drawings": [],
    "substitutes": [],
    "address": {"city": "London"},
}


def _patched(stock: Mapping[str, Any], place: Place) -> Example:
    return Example(json=_written({}, place, stock), headers={"if-match": stock["version"]})


def _opened(stock: Mapping[str, Any], place: Place) -> Example:
    """An order that says nothing of money but what is tried."""
    body = dict(an_order(order_type="export"))
    body["lines"] = [{**body["lines"][0], "unit_price": "0", "quantity": "2"}]
    return Example(json=_written(body, place, stock))


def _changed(stock: Mapping[str, Any], place: Place) -> Example:
    body = _written({"patch": {}, "reason": "x"}, place, stock)
    return Example(json=body, path={"order_no": stock["running_no"]})


def _weighed(stock: Mapping[str, Any], place: Place) -> Example:
    body = _written({"patch": {}}, place, stock)
    return Example(json=body, path={"order_no": stock["running_no"]})


def _counted(stock: Mapping[str, Any], place: Place) -> Example:
    return Example({"levels": [{"material": "CU.T", "on_hand": "5", place[-1]: SAMPLES[place[-1]]}]})


WRITES: Mapping[str, Callable[[Mapping[str, Any], Place], Example]] = {
    "create_order": _opened,
    "patch_order": _patched,
    "change_order": _changed,
    "weigh_order_change": _weighed,
    "push_levels": _counted,
}
# Those that write no orders: of the table's names, only what can be hidden means there what it says.
OF_OTHER_THINGS = frozenset({"push_levels"})
# Operations that take a hideable name and about which the table does not decide, each with the reason.
ELSEWHERE: Mapping[str, str] = {
    "post_entries": "what was invoiced and paid comes from the books, under a right of its own",
}


def _written(body: dict[str, Any], place: Place, stock: Mapping[str, Any]) -> dict[str, Any]:
    """The body with one field more; lines are named by their number where they are changed."""
    name, *deeper = place
    if not deeper:
        value = stock["person_id"] if name == "merchandiser_id" else SAMPLES[name]
        return {**body, name: value}
    if name == "lines":
        line = body["lines"][0] if "lines" in body else {"line": 1}
        return {**body, "lines": [_written(line, tuple(deeper), stock)]}
    return {**body, name: _written(body.get(name, {}), tuple(deeper), stock)}


def body_of(operation: Operation, schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of what it takes as JSON, or nothing."""
    content = operation.described.get("requestBody", {}).get("content", {})
    return _resolved(content.get("application/json", {}).get("schema", {}), schemas)


def places_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 4) -> list[Place]:
    """Where fields of the table stand in it; what is inside such a field is the field's own affair."""
    found: list[Place] = []
    for name, part in schema.get("properties", {}).items():
        if name in FIELDS:
            found.append((name,))
        elif depth and name != "customer":
            inner = _resolved(part, schemas)
            inner = _resolved(inner.get("items", inner), schemas)
            found += [(name, *place) for place in places_of(inner, schemas, depth - 1)]
    return found


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    if "anyOf" in schema:
        return _resolved(schema["anyOf"][0], schemas)
    return schema
