"""Order types as data: which workflow an order of the type follows, how long it takes, and its own extra fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from domain.refusals.kinds import FieldProblem
from domain.refusals.orders import ORDER_TYPE_INVALID
from domain.text import Text


@dataclass(frozen=True, slots=True)
class OrderType:
    """One version of an order type. `fields` is a JSON Schema for `extension`; `lead_time_days` are calendar days."""

    key: str
    version: int
    label: Text
    workflow: str
    lead_time_days: int
    fields: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def parse(document: Mapping[str, Any], version: int) -> OrderType:
        """The order type in a document. Raises ORDER_TYPE_INVALID with a pointer to each bad field."""
        problems = list(_problems(document))
        if problems:
            raise ORDER_TYPE_INVALID(*problems, summary=", ".join(p.pointer for p in problems))
        return OrderType(
            key=document["key"],
            version=version,
            label=Text(**document["label"]),
            workflow=document["workflow"],
            lead_time_days=document["lead_time_days"],
            fields=document.get("fields", {}),
        )


_NEEDED: dict[str, type] = {"key": str, "label": dict, "workflow": str, "lead_time_days": int}


def _problems(document: Mapping[str, Any]) -> list[FieldProblem]:
    wrong = [name for name, kind in _NEEDED.items() if not isinstance(document.get(name), kind)]
    if isinstance(document.get("label"), dict) and set(document["label"]) != {"zh", "en"}:
        wrong.append("label")
    if not isinstance(document.get("fields", {}), dict):
        wrong.append("fields")
    text = Text("缺少或类型不对", "missing or of the wrong type")
    return [FieldProblem(f"/{name}", "invalid", text) for name in wrong]


def builtin_order_types() -> list[dict[str, Any]]:
    """The order types that come with the product, as documents."""
    text = files("domain.orders.builtin").joinpath("order_types.json").read_text(encoding="utf-8")
    return list(json.loads(text))
