"""Reports as devices send them: an envelope, and a body by kind and version.

`{"id", "v": 1, "seq", "by", "kind", "occurred_at", "body"}`. A report that cannot be read is kept and told why; so the
reader never raises. Older versions are brought up to date before they are read: an app that has not been opened for a
month still gets its work through.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.floor.fields import (
    Flag,
    Id,
    Many,
    Moment,
    OneOf,
    Part,
    Quantity,
    Reader,
    Sha256,
    Whole,
    Words,
    instant,
    keepable,
)
from domain.refusals.floor import REPORT_UNREADABLE, REPORT_VERSION_UNKNOWN
from domain.refusals.kinds import FieldProblem, Refusal
from domain.text import Text

NEWEST = 1
_CODE, _NOTE, _NAME, _PHOTOS = Words(40), Words(2000), Words(200), Many(Sha256(), 20)
_GOOD, _SOME = Quantity(), Quantity(positive=True)
_REASON = Part({"code": _CODE, "quantity": _SOME}, {"note": _NOTE})
_LOT = Part({"sku": Words(100), "lot": Words(100), "quantity": _SOME})
_DEFECT = Part({"code": _CODE}, {"quantity": _SOME, "note": _NOTE})
_AT_WORK = {"work_order": Words(64), "operation": _CODE}
_TOLD: dict[str, Reader] = {"revision": Whole(1), "note": _NOTE, "photos": _PHOTOS, "voice": Sha256()}
_STOCK: dict[str, Reader] = {
    "unit": Words(20), "lot": Words(100), "location": _NAME, "work_order": Words(64), "order_no": _CODE,
    "operation": _CODE, "customer": _NAME, "note": _NOTE, "voice": Sha256(),
}  # fmt: skip
_ON_THE_WAY: dict[str, Reader] = {
    "vehicle": Words(50), "latitude": Quantity(least=None), "longitude": Quantity(least=None), "note": _NOTE,
    "photos": _PHOTOS,
}  # fmt: skip

KINDS: Mapping[str, Part] = {
    "start": Part(_AT_WORK, _TOLD),
    "pause": Part(_AT_WORK, {**_TOLD, "reason": _NAME}),
    "resume": Part(_AT_WORK, _TOLD),
    "complete": Part(
        {**_AT_WORK, "good": _GOOD},
        {
            **_TOLD,
            "scrap": _GOOD,
            "scrap_reasons": Many(_REASON, 50),
            "lots": Many(_LOT, 100),
            "last": Flag(),
            "started_at": Moment(),
        },
    ),
    "fault": Part(
        {"machine": _NAME},
        {**_AT_WORK, **_TOLD, "symptom": _NAME, "stops_work": Flag()},
    ),
    "shortage": Part({"material": Words(100)}, {**_AT_WORK, **_TOLD, "quantity": _SOME, "unit": Words(20)}),
    "handover": Part({**_AT_WORK, "to": Id()}, _TOLD),
    "rework": Part({**_AT_WORK, "quantity": _SOME}, {**_TOLD, "reason": _NAME}),
    "inspect": Part(
        {"work_order": Words(64), "result": OneOf(("pass", "fail"))},
        {
            **_TOLD,
            "quantity": _SOME,
            "defects": Many(_DEFECT, 200),
            "rework_operation": _CODE,
            "shift": Words(50, 0),
        },
    ),
    "issue_stock": Part({"sku": Words(100), "quantity": _SOME}, _STOCK),
    "receive_stock": Part({"sku": Words(100), "quantity": _SOME}, {**_STOCK, "supplier": _NAME}),
    "transfer_stock": Part({"sku": Words(100), "quantity": _SOME, "to_location": _NAME}, _STOCK),
    "count_stock": Part({"sku": Words(100), "quantity": _GOOD}, _STOCK),
    "load": Part(
        {"order_no": _CODE},
        {
            **_ON_THE_WAY,
            "carrier": _NAME,
            "tracking": _NAME,
            "packages": Whole(),
            "lines": Many(Part({"line": Whole(1)}, {"quantity": _SOME}), 1000),
        },
    ),
    "depart": Part({"order_no": _CODE}, _ON_THE_WAY),
    "position": Part(
        {"latitude": Quantity(least=None), "longitude": Quantity(least=None)},
        {**_ON_THE_WAY, "order_no": _CODE, "accuracy_m": _GOOD},
    ),
    "arrive": Part({"order_no": _CODE}, _ON_THE_WAY),
    "sign": Part({"order_no": _CODE}, {**_ON_THE_WAY, "signed_by": _NAME, "signature": Sha256()}),
    "ack_change": Part(
        {"change_id": Id()}, {"order_no": _CODE, "work_order": Words(64), "revision": Whole(1), "note": _NOTE}
    ),
    "photo": Part(
        {"sha256": Sha256()}, {"work_order": Words(64), "order_no": _CODE, "photo_kind": Words(64), "note": _NOTE}
    ),
    "note": Part(
        {"text": _NOTE},
        {"work_order": Words(64), "order_no": _CODE, "operation": _CODE, "photos": _PHOTOS, "voice": Sha256()},
    ),
}
# What brings the body of an older version up to the next: {(kind, version): upgrade}. Never removed.
UPGRADES: Mapping[tuple[str, int], Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}

_ENVELOPE = Part(
    {"id": Id(), "kind": Words(40), "occurred_at": Moment()}, {"seq": Whole(1, 2**53), "by": Id(), "v": Whole(1)}
)


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `body` holds what its kind declares, quantities as decimals; `raw` is what was sent."""

    id: UUID
    v: int
    seq: int | None
    by: UUID | None
    kind: str
    occurred_at: datetime
    body: Mapping[str, Any]
    raw: Mapping[str, Any]
    fingerprint: str

    @property
    def work_order(self) -> str | None:
        """The number or token that it names."""
        return self.body.get("work_order")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A report that cannot be applied by anybody, with what could be read of it and why the rest could not."""

    refusal: Refusal
    fingerprint: str
    raw: Any
    id: UUID | None = None
    seq: int | None = None
    by: UUID | None = None
    kind: str = "unknown"
    v: int = 0
    occurred_at: datetime | None = None


def read_report(raw: Any) -> Report | Unreadable:
    """What was sent, read; never raises."""
    mark = fingerprint(raw)
    envelope = list(_ENVELOPE.problems(raw))
    if not isinstance(raw, dict) or envelope:
        return _unreadable(raw, mark, envelope)
    kind, v = raw["kind"], raw.get("v") or NEWEST
    if kind not in KINDS or v > NEWEST:
        known = _known(raw)
        return Unreadable(REPORT_VERSION_UNKNOWN(kind=_short(kind), v=v), mark, raw, **known)
    return _read_body(raw, mark, kind, v)


def _read_body(raw: Mapping[str, Any], mark: str, kind: str, v: int) -> Report | Unreadable:
    body = raw.get("body")
    for version in range(v, NEWEST):
        body = UPGRADES[kind, version](body or {})
    part = KINDS[kind]
    problems = list(part.problems(body, "/body"))
    if problems or not _all_keepable(raw):
        return _unreadable(raw, mark, problems or [FieldProblem("", "not_clean_text", _UNKEEPABLE)])
    known = _ENVELOPE.values(raw)
    return Report(
        id=known["id"],
        v=v,
        seq=known.get("seq"),
        by=known.get("by"),
        kind=kind,
        occurred_at=known["occurred_at"],
        body=part.values(body or {}),
        raw=raw,
        fingerprint=mark,
    )


_UNKEEPABLE = Text("含有无法保存的字符或数", "holds letters or numbers that cannot be kept")


def _unreadable(raw: Any, mark: str, problems: list[FieldProblem]) -> Unreadable:
    summary = ", ".join(problem.pointer or "/" for problem in problems[:10]) or "/"
    return Unreadable(REPORT_UNREADABLE(*problems[:20], summary=summary), mark, raw, **_known(raw))


def _known(raw: Any) -> dict[str, Any]:
    """What can be read of the envelope, field by field."""
    if not isinstance(raw, dict):
        return {}
    found: dict[str, Any] = {}
    for name, reader in {**_ENVELOPE.required, **_ENVELOPE.optional}.items():
        value = raw.get(name)
        if value is not None and not any(_ for _ in Part({name: reader}).problems({name: value})):
            found[name] = reader.read(value)
    found["occurred_at"] = instant(raw.get("occurred_at"))
    return found


def _short(kind: Any) -> str:
    return str(kind)[:40] if keepable(str(kind)) else "?"


def fingerprint(raw: Any) -> str:
    """A hash of what was sent, the same for the same content in whatever order its names stand."""
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _all_keepable(value: Any) -> bool:
    """Whether JSON columns can hold it as it is: no NUL, no half letters, no float, no number over 63 bits."""
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, dict):
        return all(keepable(name) and _all_keepable(part) for name, part in value.items())
    if isinstance(value, list):
        return all(map(_all_keepable, value))
    return not isinstance(value, float) and (type(value) is not int or value.bit_length() < 64)


def report_schema() -> dict[str, Any]:
    """Every kind with its body as one JSON Schema, for the OpenAPI document and for those who write an app."""
    envelope = _ENVELOPE.schema()["properties"]
    return {"oneOf": [_kind_schema(kind, part, envelope) for kind, part in KINDS.items()]}


def _kind_schema(kind: str, part: Part, envelope: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": f"report_{kind}",
        "required": ["id", "kind", "occurred_at", "body"],
        "properties": {
            **envelope,
            "by": {"type": ["string", "null"], "format": "uuid"},
            "kind": {"const": kind},
            "body": part.schema(),
        },
    }
