"""What a planner and sales do to the orders of the reference floor, said a second time: changes, routings, splits.

Like floor_model.py it is written from product.md (A7, A8, C10) and shares no code with the domain. Each function does
to the model what somebody does to the factory; `missing` is what nothing makes yet, for which new work orders appear.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tests.flows.floor_model import ZERO, Change, Floor, Job, Step

# Who works with what of an order that is in the workshop; others of the factory have nothing to do with it.
TOUCHED = {
    "quantity": frozenset({"production", "warehouse"}),
    "line_off": frozenset({"production", "warehouse", "quality"}),
    "line_added": frozenset({"production", "warehouse", "quality"}),
    "drawing": frozenset({"production", "warehouse", "quality"}),
    "address": frozenset({"warehouse"}),
}
_ROUTES = {"RAD-CU6012-W": ("OP10", "OP50", "OP95"), "TWR-E5080-B": ("OP50", "OP95")}


def route(sku: str) -> dict[str, Step]:
    """The operations that an article is made by, with nothing made yet."""
    return {code: Step() for code in _ROUTES[sku]}


def change(floor: Floor, order: str, kind: str, line: int, sku: str, quantity: Decimal, at: datetime) -> Change:
    """Put a change in force: what has begun goes on first, what nobody needs any more is not made."""
    floor.revisions[order] += 1
    if kind != "address":
        floor.lines[order][line] = (sku, quantity)
    mine = {number: job for number, job in floor.jobs.items() if (job.order, job.line) == (order, line)}
    altered, grows = _share(mine, quantity, other=kind == "drawing") if kind != "address" else (set(), False)
    grows = grows or missing(floor, order, line) > 0
    done = Change(
        "",
        len(floor.changes[order]) + 1,
        floor.revisions[order],
        at,
        altered,
        TOUCHED[kind],
        set(TOUCHED[kind]),
    )
    floor.changes[order].append(done)
    for number, job in floor.jobs.items():
        if job.order == order and not job.cancelled:
            job.revision = done.revision
            job.altered = done.revision if number in altered else job.altered
    if grows and floor.stages[order] in {"awaiting_qc", "qc_passed"}:
        floor.stages[order] = "in_production"
    return done


def _share(jobs: dict[str, Job], wanted: Decimal, *, other: bool) -> tuple[set[str], bool]:
    """Give what is wanted to the open work orders in turn; which are another work now, and whether any grows."""
    left = wanted - sum((job.quantity for job in jobs.values() if job.done), ZERO)
    waiting = [number for number, job in jobs.items() if not job.done and not job.cancelled]
    waiting.sort(key=lambda number: (not jobs[number].begun, len(number), number))
    altered, grows = {number for number, job in jobs.items() if other and job.done}, False
    for number in waiting:
        job = jobs[number]
        fair = max(left, ZERO)
        share = max(fair if number == waiting[-1] else min(job.quantity, fair), job.good)
        if share != job.quantity or other:
            altered.add(number)
        grows = grows or share > job.quantity
        job.quantity, job.cancelled = share, share == 0
        left -= share
    return altered, grows


def missing(floor: Floor, order: str, line: int) -> Decimal:
    """How much of a line no work order makes."""
    made = (job.quantity for job in floor.jobs.values() if (job.order, job.line) == (order, line) and not job.cancelled)
    return max(floor.lines[order][line][1] - sum(made, ZERO), ZERO)


def call_off(floor: Floor, order: str) -> None:
    """The whole order is off: what is made stays, nothing else is made, and nobody has to hear of anything."""
    for job in floor.jobs.values():
        if job.order == order and not job.done:
            job.cancelled = True
    for one in floor.changes[order]:
        one.waiting = set()
    floor.stages[order] = "cancelled"
    floor.held.discard(order)


def reroute(floor: Floor, number: str, codes: list[str]) -> None:
    """Other steps; those that stay keep what was told of them."""
    job = floor.jobs[number]
    job.steps = {code: job.steps.get(code, Step()) for code in codes}
    floor.catch_up(job.order)


def splittable(job: Job) -> Decimal:
    """How many pieces nobody has begun."""
    first = next(iter(job.steps.values()))
    return max(job.quantity - first.good - first.scrap - first.back, ZERO)


def split(floor: Floor, number: str, born: str, quantity: Decimal) -> None:
    """A part goes its own way; whoever has not heard of a change has not heard of it for either part."""
    job = floor.jobs[number]
    floor.jobs[born] = replace(
        job, quantity=quantity, steps={code: Step() for code in job.steps}, passed=None, cancelled=False
    )
    job.quantity -= quantity
    for one in floor.changes[job.order]:
        if number in one.altered:
            one.altered.add(born)


def release(floor: Floor, order: str, line: int, number: str, quantity: Decimal) -> None:
    """A new work order, of the order as it now is."""
    sku = floor.lines[order][line][0]
    revision = floor.revisions[order]
    floor.jobs[number] = Job(order, quantity, route(sku), line=line, sku=sku, revision=revision, altered=revision)
