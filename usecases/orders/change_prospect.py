"""What a change would come to on the order as it stands now: read once, decided in the domain, nothing written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from domain.orders.change_diff import difference, told
from domain.orders.change_impact import Considered, Facts, consider
from domain.orders.change_request import Requested, request
from domain.orders.changes import (
    Department,
    actions_with_effect,
    department_view,
    reached_roles,
    stage_after,
    touched_departments,
)
from domain.orders.dates import due_at, local_date
from domain.orders.editing import changes
from domain.orders.events import canonical_text
from domain.orders.order import Order
from domain.refusals.changes import CHANGE_TOO_LATE
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from domain.workflow.document import Workflow
from persistence import documents, following, orders, papers
from persistence.orders import Loaded
from persistence.tx import Tx
from usecases.orders.writing import own_fields


@dataclass(frozen=True, slots=True)
class Prospect:
    """The order before and after, what history will say, and what people are shown, of which `seen` is a digest."""

    before: Order
    after: Order
    workflow: Workflow
    requested: Requested
    considered: Considered
    facts: Facts
    departments: tuple[Department, ...]
    changed: Mapping[str, Any]
    diff: Mapping[str, Any]
    impact: Mapping[str, Any]
    seen: str

    @property
    def moved(self) -> Decimal:
        """By how much the order's money changes."""
        return self.before.total if self.requested.cancels else self.after.total - self.before.total

    def preview(self) -> dict[str, Any]:
        """What people are shown before they decide."""
        return {"order_version": self.before.version, "diff": self.diff, "impact": self.impact}


async def prospect(tx: Tx, loaded: Loaded, patch: Mapping[str, Any]) -> Prospect:
    """Think a request through. Raises as domain.orders.change_request does, FIELD_INVALID for what does not exist."""
    before = loaded.order
    workflow = await documents.workflow(tx, before.workflow_key, before.workflow_version)
    address = (loaded.customer or {}).get("address") or {}
    requested = request(
        before,
        patch,
        papers=await _papers(tx, before, patch),
        address=address,
        stage=workflow.stage(before.stage).label,
        today=local_date(tx.now, tx.zone),
    )
    facts = await _facts(tx, workflow, before, requested)
    await _check(tx, before, requested, patch, facts)
    considered = consider(before, requested, facts, local_date(tx.now, tx.zone))
    after = _after(tx, workflow, before, requested, considered)
    return await _shown(tx, workflow, before, after, requested, considered, facts, address)


async def _papers(tx: Tx, order: Order, patch: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    if not patch.get("drawings"):
        return {}
    found = await papers.of_order(tx, order.id)
    return {
        str(paper.id): {
            "attachment_id": str(paper.id),
            "kind": paper.kind,
            "sha256": paper.sha256,
            "file_name": paper.file_name,
        }
        for paper, _ in found
    }


async def _facts(tx: Tx, workflow: Workflow, before: Order, requested: Requested) -> Facts:
    version = await documents.latest_version(tx, "order_type", before.order_type)
    days = (await documents.order_type(tx, before.order_type, version)).lead_time_days if version else 0
    releases = actions_with_effect(workflow, "create_work_orders")
    reserves = actions_with_effect(workflow, "reserve_material")
    return await following.facts(tx, following.Asked([before, requested.order], releases, reserves, days))


async def _check(tx: Tx, before: Order, requested: Requested, patch: Mapping[str, Any], facts: Facts) -> None:
    """What the request names must exist: the type's own fields, people, and the materials of the bills."""
    after = requested.order
    problems: list[FieldProblem] = []
    if after.extension != before.extension:
        own = await own_fields(tx, after.order_type)
        problems += own.validate(after.extension, "/patch/extension") if own else []
    newly = after.merchandiser_id if after.merchandiser_id != before.merchandiser_id else None
    if newly is not None and await orders.person_name(tx, newly) is None:
        problems.append(_unknown("/patch/merchandiser_id", Text("查无此人", "nobody with this id")))
    for index, swap in enumerate(patch.get("substitutes", ())):
        in_a_bill = any(swap["material"] == material for bill in facts.bills.values() for material, _ in bill)
        if not in_a_bill:
            at = f"/patch/substitutes/{index}/material"
            problems.append(_unknown(at, Text("订单的物料清单里没有它", "no bill of the order has it")))
        if swap["substitute"] not in facts.articles:
            at = f"/patch/substitutes/{index}/substitute"
            problems.append(_unknown(at, Text("没有这个物料", "there is no such material")))
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))


def _unknown(pointer: str, text: Text) -> FieldProblem:
    return FieldProblem(pointer, "unknown_reference", text)


def _after(tx: Tx, workflow: Workflow, before: Order, requested: Requested, considered: Considered) -> Order:
    """The order at its next revision, where it then stands."""
    if requested.cancels and (before.stage, "cancel") not in workflow.table.steps:
        raise CHANGE_TOO_LATE(stage=workflow.stage(before.stage).label.as_json(), fields="cancel")
    stage = stage_after(workflow, before, to_make=considered.to_make, cancels=requested.cancels)
    order = considered.order
    return replace(
        order,
        revision=before.revision + 1,
        stage=stage,
        category=workflow.stage(stage).category,
        stage_since=before.stage_since if stage == before.stage else tx.now,
        held=before.held and not requested.cancels,
        due_at=due_at(order.promised_date, tx.zone),
    )


async def _shown(
    tx: Tx,
    workflow: Workflow,
    before: Order,
    after: Order,
    requested: Requested,
    considered: Considered,
    facts: Facts,
    address: Mapping[str, Any],
) -> Prospect:
    changed = {"cancel": True} if requested.cancels else changes(before, after)
    changed |= {name: [] for name in ("address",) if requested.address is not None}
    fields = requested.fields | {name for name in ("promised_date",) if name in changed}
    reached = reached_roles(workflow, before, released=facts.released, reserved=facts.reserves)
    departments = touched_departments(fields, reached, await following.staffed_roles(tx))
    diff = difference(before, after, address, requested.address)
    impact = {
        **considered.impact,
        "stage": {name: workflow.stage(order.stage).label.as_json() for name, order in _standing(before, after)},
        "told": told(diff).as_json(),
        "revision": {"before": before.revision, "after": after.revision},
        "departments": [department_view({"role": one.role, "stops_work": one.stops_work}) for one in departments],
    }
    seen = hashlib.sha256(canonical_text({"diff": diff, "impact": impact}).encode()).hexdigest()
    return Prospect(before, after, workflow, requested, considered, facts, departments, changed, diff, impact, seen)


def _standing(before: Order, after: Order) -> tuple[tuple[str, Order], tuple[str, Order]]:
    return ("before", before), ("after", after)
