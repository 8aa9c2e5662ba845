"""Decides what a report comes to: applied, a conflict that a person decides, or rejected. Pure.

Whatever was really done is kept. A conflict is work that does not fit what is known here; only a report made on an old
revision by somebody who had heard of the change is rejected, because the red stop said not to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.floor.consequences import STOCK_MOVES, applied, factor, fails, rework_from
from domain.floor.reading import Report
from domain.floor.situation import Decision, Situation
from domain.floor.work_order import NOTHING, Told, WorkOrder
from domain.orders.money import quantity_text
from domain.refusals.floor import (
    ARTICLE_UNKNOWN,
    DEVICE_REVOKED,
    OPERATION_DONE,
    OPERATION_OUT_OF_ORDER,
    OPERATION_UNKNOWN,
    ORDER_UNKNOWN,
    OVER_REPORTED,
    PERSON_NOT_ENROLLED,
    PHOTO_MISSING,
    POSSIBLE_DUPLICATE,
    REPORT_RIGHT_MISSING,
    REVISION_NOT_ACKNOWLEDGED,
    REWORK_TOO_LARGE,
    SCRAP_REASONS_DIFFER,
    UNIT_UNKNOWN,
    WORK_ORDER_CANCELLED,
    WORK_ORDER_HELD,
    WORK_ORDER_OPEN,
    WORK_ORDER_UNKNOWN,
)
from domain.refusals.kinds import Refusal

# Two phones that tell of the same pieces do so within some minutes; a finger that slips, within some seconds.
SAME_WORK_WITHIN = timedelta(minutes=5)
SAME_TAP_WITHIN = timedelta(seconds=20)

RIGHTS: Mapping[str, str] = {
    "inspect": "floor.inspect",
    "load": "shipping.load",
    "depart": "shipping.deliver",
    "position": "shipping.deliver",
    "arrive": "shipping.deliver",
    "sign": "shipping.deliver",
}
ANYBODY = frozenset({"ack_change", "photo", "note"})
# Whoever loads may also drive.
_ALSO = {"shipping.deliver": "shipping.load"}
# What goes on with the work itself, and so needs the order as it now is.
WORKING = frozenset({"start", "resume", "complete", "inspect"})


_NEWER = {"zh": "工单版本已旧", "en": "the work order's revision is an old one"}


def decide(report: Report, situation: Situation) -> Decision:
    """What the report comes to."""
    refusal = _whom(report, situation) or _what(report, situation)
    if refusal is not None:
        return Decision("conflict", refusal)
    stale = _stale(report, situation)
    if stale is not None:
        return stale
    refusal = _fits(report, situation)
    if refusal is not None:
        return Decision("conflict", refusal)
    return applied(report, situation)


def _whom(report: Report, situation: Situation) -> Refusal | None:
    """Who reports, on what: nothing of this keeps a planner from letting it through."""
    if situation.overruled:
        return None
    if situation.revoked:
        return DEVICE_REVOKED()
    if situation.reporter is None or not situation.trusted:
        return PERSON_NOT_ENROLLED()
    right = RIGHTS.get(report.kind, "floor.report")
    allowed = report.kind in ANYBODY or any(situation.reporter.may(one) for one in (right, _ALSO.get(right, right)))
    return None if allowed else REPORT_RIGHT_MISSING(kind=report.kind, right=right)


def _what(report: Report, situation: Situation) -> Refusal | None:
    """Whether what it names exists; nobody can let it through where it does not."""
    named, work_order = report.work_order, situation.work_order
    if named is not None and work_order is None:
        return WORK_ORDER_UNKNOWN(work_order=named)
    if "order_no" in report.body and not situation.order_known:
        return ORDER_UNKNOWN(order_no=report.body["order_no"])
    if work_order is not None and (refusal := _operation_known(report, work_order)):
        return refusal
    return _articles_known(report, situation)


def _operation_known(report: Report, work_order: WorkOrder) -> Refusal | None:
    for name in ("operation", "rework_operation"):
        operation = report.body.get(name)
        if operation is not None and work_order.operation(operation) is None:
            return OPERATION_UNKNOWN(work_order=work_order.number, operation=operation)
    if work_order.cancelled and report.kind not in {"pause", "note", "photo", "ack_change"}:
        return WORK_ORDER_CANCELLED(work_order=work_order.number)
    return None


def _articles_known(report: Report, situation: Situation) -> Refusal | None:
    named = [report.body["sku"]] if report.kind in STOCK_MOVES else []
    named += [lot["sku"] for lot in report.body.get("lots", ())]
    for sku in named:
        if sku not in situation.articles:
            return ARTICLE_UNKNOWN(sku=sku)
    unit = report.body.get("unit")
    if report.kind in STOCK_MOVES and factor(situation, report.body["sku"], unit) is None:
        return UNIT_UNKNOWN(sku=report.body["sku"], unit=unit)
    return None


def _stale(report: Report, situation: Situation) -> Decision | None:
    """Work on a revision of the order that is no longer the one, or was not acknowledged yet.

    What a change left alone goes on: a phone that has not heard of it has missed nothing.
    """
    work_order = situation.work_order
    if work_order is None or report.kind not in WORKING or situation.overruled:
        return None
    told = report.body.get("revision", work_order.revision)
    stop = work_order.stop
    if stop is None and told >= work_order.altered_revision:
        return None
    refusal = REVISION_NOT_ACKNOWLEDGED(
        order_no=work_order.order_no,
        revision=stop["revision"] if stop else work_order.altered_revision,
        change=stop["text"] if stop else _NEWER,
        change_id=stop["change_id"] if stop else None,
    )
    return Decision("rejected" if stop and _had_heard(report, stop, situation) else "conflict", refusal)


def _had_heard(report: Report, stop: Mapping[str, Any], situation: Situation) -> bool:
    """Whether the device knew of the change when the report was made: it names the revision, or had asked since.

    That it asked after the change is not enough: what was still being written then was not in the answer.
    """
    if report.body.get("revision", 0) >= stop["revision"]:
        return True
    if situation.heard_at is None or stop.get("announced_in", 0) >= situation.heard_upto:
        return False
    return datetime.fromisoformat(stop["announced_at"]) <= situation.heard_at <= situation.at


def _fits(report: Report, situation: Situation) -> Refusal | None:
    """Whether it fits what was reported before."""
    work_order = situation.work_order
    if report.kind == "photo" and report.body["sha256"] not in situation.photos:
        return PHOTO_MISSING(sha256=report.body["sha256"])
    if work_order is None:
        return None
    if (report.kind == "rework" or fails(report)) and (refusal := _reworkable(report, work_order)):
        return refusal
    return None if situation.overruled else _in_order(report, situation, work_order)


def _reworkable(report: Report, work_order: WorkOrder) -> Refusal | None:
    """What goes back must have been made; where nothing was, the operation is another."""
    operation = rework_from(report, work_order)
    good = work_order.of(operation).good if operation else NOTHING
    quantity = report.body.get("quantity", good)
    return REWORK_TOO_LARGE(good=quantity_text(good)) if not 0 < quantity <= good else None


def _in_order(report: Report, situation: Situation, work_order: WorkOrder) -> Refusal | None:
    """Whether the order and the work order are so far."""
    if work_order.order_held and report.kind in WORKING:
        return WORK_ORDER_HELD(order_no=work_order.order_no)
    if report.kind == "inspect" and report.body["result"] == "pass" and work_order.state != "done":
        return WORK_ORDER_OPEN(work_order=work_order.number)
    return _at_operation(report, situation, work_order) if report.kind in {"start", "resume", "complete"} else None


def _at_operation(report: Report, situation: Situation, work_order: WorkOrder) -> Refusal | None:
    """Whether the operations before it have made anything, and this one has something left to do."""
    code = report.body["operation"]
    index = work_order.position(code)
    if index > 0 and work_order.incoming(index) <= 0 and not work_order.is_done(index - 1):
        return OPERATION_OUT_OF_ORDER(previous=work_order.operations[index - 1]["code"])
    if report.kind == "complete":
        return _quantities(report, situation, work_order, index)
    return OPERATION_DONE(operation=code) if work_order.is_done(index) else None


def _quantities(report: Report, situation: Situation, work_order: WorkOrder, index: int) -> Refusal | None:
    good, scrap = report.body["good"], report.body.get("scrap", NOTHING)
    mine = work_order.of(report.body["operation"])
    alike = [one for one in mine.told if (one.good, one.scrap) == (good, scrap)]
    twin = next((one for one in alike if _same_work(one, situation)), None)
    left = max(work_order.incoming(index) - mine.good - mine.scrap, NOTHING)
    known = twin or (alike[-1] if alike and good + scrap > left else None)
    if known is not None:
        return POSSIBLE_DUPLICATE(person=known.person, report_id=known.report_id)
    if good + scrap > left:
        return OVER_REPORTED(left=quantity_text(left), told=quantity_text(good + scrap))
    reasons = sum((reason["quantity"] for reason in report.body.get("scrap_reasons", ())), NOTHING)
    if reasons != scrap:
        return SCRAP_REASONS_DIFFER(scrap=quantity_text(scrap), told=quantity_text(reasons))
    return None


def _same_work(told: Told, situation: Situation) -> bool:
    """Whether an equal completion was told at nearly the same time, on another device or by a second tap on this."""
    within = SAME_TAP_WITHIN if told.device == situation.device else SAME_WORK_WITHIN
    return abs(told.at - situation.at) < within
