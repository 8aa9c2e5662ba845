"""What follows from a report that is applied: for its work order, the order, the stock and the papers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.floor.reading import Report
from domain.floor.situation import Decision, Move, OrderAction, Situation
from domain.floor.work_order import NOTHING, Entry, WorkOrder, advance
from domain.orders.money import quantity_text

_ACTIONS: Mapping[str, str] = {"load": "dispatch", "depart": "depart", "sign": "sign_delivery"}
# Goods are loaded and driven whether or not a factory's workflow tells these steps apart.
_ON_THE_WAY = frozenset({"load", "depart"})
STOCK_MOVES: Mapping[str, Any] = {
    "issue_stock": "issue", "receive_stock": "receive", "transfer_stock": "transfer", "count_stock": "count",
}  # fmt: skip


def applied(report: Report, situation: Situation) -> Decision:
    """Everything that the report does, and what somebody should look at (`flags`)."""
    flags = [name for name, holds in _FLAGS.items() if holds(report, situation)]
    decision = Decision(
        "applied",
        flags=tuple(flags),
        moves=_moves(report, situation),
        action=_action(report),
        acknowledges=report.body["change_id"] if report.kind == "ack_change" else None,
        papers=_papers(report, situation),
    )
    work_order = situation.work_order
    if work_order is None:
        return decision
    entry = entry_of(report, situation, work_order)
    after = advance(work_order, entry)
    if fails(report) or report.kind == "rework":
        decision = replace(decision, action=_back(report, work_order))
    finishes = after.state == "done" and work_order.state != "done"
    return replace(
        decision,
        flags=(*flags, "short") if finishes and after.good < after.quantity else tuple(flags),
        work_order=after,
        entry=entry,
        begins=report.kind in {"start", "complete"} and work_order.order_category == "not_started",
        finishes=finishes,
    )


def fails(report: Report) -> bool:
    """Whether an inspection did not pass."""
    return report.kind == "inspect" and report.body["result"] == "fail"


def rework_from(report: Report, work_order: WorkOrder) -> str | None:
    """The operation from which pieces are made again: the one named, else the last."""
    last = work_order.operations[-1]["code"] if work_order.operations else None
    named: str | None = report.body.get("rework_operation" if report.kind == "inspect" else "operation", last)
    return named


def entry_of(report: Report, situation: Situation, work_order: WorkOrder) -> Entry:
    """What the report does to its work order."""
    body = report.body
    failed = fails(report)
    operation = rework_from(report, work_order) if failed else body.get("operation")
    everything = work_order.of(operation).good if failed and operation else NOTHING
    return Entry(
        report_id=str(report.id),
        kind=report.kind if report.kind != "fault" or body.get("stops_work") else "note",
        at=situation.at,
        device=situation.device,
        person=str(report.by or (situation.reporter.id if situation.reporter else "")),
        operation=operation,
        good=body.get("good", NOTHING),
        scrap=body.get("scrap", NOTHING),
        quantity=body.get("quantity", everything),
        to_person=str(body["to"]) if "to" in body else None,
        last=body.get("last", False),
        passed=None if report.kind != "inspect" else not failed,
    )


def _action(report: Report) -> OrderAction | None:
    if report.kind == "inspect":
        return OrderAction("pass_inspection", _inspection(report))
    if report.kind not in _ACTIONS:
        return None
    named = {
        "load": ("vehicle", "carrier", "tracking", "note"),
        "depart": ("vehicle", "note"),
        "sign": ("signed_by", "note"),
    }
    payload = {name: report.body[name] for name in named[report.kind] if name in report.body}
    return OrderAction(_ACTIONS[report.kind], payload, if_known=report.kind in _ON_THE_WAY)


# Where the order still is in the workshop, pieces go back without moving it.
_MAKING = frozenset({"not_started", "in_production"})


def _back(report: Report, work_order: WorkOrder) -> OrderAction | None:
    """How the order goes back to be made; nothing where it is still being made."""
    making = work_order.order_category in _MAKING
    if report.kind == "rework":
        return None if making else OrderAction("open_rework", {})
    return OrderAction("fail_inspection", _inspection(report), "open_rework", optional=making)


def _inspection(report: Report) -> dict[str, Any]:
    plain = {name: report.body[name] for name in ("shift", "note") if report.body.get(name)}
    defects = report.body.get("defects")
    return {**plain, "defects": [_texts(defect) for defect in defects]} if defects else plain


def _texts(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: quantity_text(value) if isinstance(value, Decimal) else value for name, value in part.items()}


def _papers(report: Report, situation: Situation) -> tuple[tuple[str, str], ...]:
    """Photos, the signature and the spoken note that are here, each with the kind under which the order keeps it."""
    kind = {"inspect": "inspection_photo", "sign": "delivery_photo", "load": "loading_photo"}.get(report.kind, "photo")
    named = [(kind, sha256) for sha256 in report.body.get("photos", ())]
    if report.kind == "photo":
        named.append((report.body.get("photo_kind", kind), report.body["sha256"]))
    if "signature" in report.body:
        named.append(("signed_delivery_note", report.body["signature"]))
    if "voice" in report.body:
        named.append(("voice_note", report.body["voice"]))
    return tuple((name, sha256) for name, sha256 in named if sha256 in situation.photos)


def _moves(report: Report, situation: Situation) -> tuple[Move, ...]:
    body = report.body
    if report.kind in STOCK_MOVES:
        sku = body["sku"]
        pieces = factor(situation, sku, body.get("unit")) or Decimal(1)
        return (
            Move(
                STOCK_MOVES[report.kind], sku, body["quantity"] * pieces, situation.articles[sku].unit,
                body.get("lot", ""), body.get("location"), body.get("to_location"),
            ),
        )  # fmt: skip
    work_order = situation.work_order
    return tuple(
        Move(
            "made" if work_order and lot["sku"] == work_order.sku else "used",
            lot["sku"],
            lot["quantity"],
            situation.articles[lot["sku"]].unit,
            lot["lot"],
        )
        for lot in body.get("lots", ())
    )


def factor(situation: Situation, sku: str, unit: str | None) -> Decimal | None:
    """How many of the article's own unit one `unit` is; None where it is not counted so."""
    facts = situation.articles[sku]
    if unit is None or unit == facts.unit:
        return Decimal(1)
    return facts.pack.get(unit, Decimal(1) if unit in facts.units else None)


def _photos_missing(report: Report, situation: Situation) -> bool:
    named = {
        *report.body.get("photos", ()),
        *(report.body[name] for name in ("signature", "voice") if name in report.body),
    }
    return not named <= set(situation.photos)


def _out_of_step(report: Report, situation: Situation) -> bool:
    """A pause of what does not run, a resume of what was not paused, a start of what one is at already."""
    work_order = situation.work_order
    if work_order is None or report.kind not in {"start", "pause", "resume"}:
        return False
    mine = work_order.of(report.body["operation"])
    started = str(situation.reporter.id) in mine.people if situation.reporter else False
    return {"start": started and not mine.paused, "pause": mine.paused, "resume": not mine.paused}[report.kind]


_FLAGS: Mapping[str, Callable[[Report, Situation], bool]] = {
    "clock_skewed": lambda _, situation: situation.skewed,
    "photo_missing": _photos_missing,
    "out_of_step": _out_of_step,
    "let_through": lambda _, situation: situation.overruled,
}
