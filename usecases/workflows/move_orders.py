"""Move running orders of a workflow to another version: an explicit act, with a preview, an event for every order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.orders.order import Order
from domain.refusals.general import NOT_FOUND
from domain.workflow.document import Workflow
from domain.workflow.migrate import Plan, preview
from persistence import documents, orders
from persistence.queries import running_orders
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.history import acting_role, next_event

# One call moves this many, so that a transaction stays short; the answer says how many are left.
BATCH = 200


@dataclass(frozen=True, slots=True)
class MoveOrders:
    """Orders of the oldest other version that runs go to `version`; a stage of the same key needs no mapping."""

    key: str
    version: int
    stage_mapping: Mapping[str, str] = field(default_factory=dict)


@use_case(right="workflows.publish")
async def preview_move(tx: Tx, command: MoveOrders) -> dict[str, Any]:
    """What `move_orders` would do; nothing is written."""
    source, plan, remaining = await _plan(tx, command)
    return _answer(command, source, plan, dry_run=True, remaining=remaining)


@use_case(right="workflows.publish")
async def move_orders(tx: Tx, command: MoveOrders) -> dict[str, Any]:
    """Moves up to 200 orders. Raises STAGE_HAS_NO_PLACE where any of them would be left without a stage."""
    source, plan, remaining = await _plan(tx, command)
    if plan is not None and plan.refusal is not None:
        raise plan.refusal
    new = await documents.workflow(tx, command.key, command.version)
    for order_no, stage in (plan.moves if plan else {}).items():
        await _move(tx, order_no, stage, new, command.version)
    return _answer(command, source, plan, dry_run=False, remaining=remaining)


async def _plan(tx: Tx, command: MoveOrders) -> tuple[int | None, Plan | None, int]:
    try:
        new = await documents.workflow(tx, command.key, command.version)
    except LookupError:
        raise NOT_FOUND() from None
    source, found, total = await running_orders.of_other_version(tx, command.key, command.version, BATCH)
    if source is None:
        return None, None, 0
    old = await documents.workflow(tx, command.key, source)
    return source, preview(old, new, command.stage_mapping, found), total - len(found)


async def _move(tx: Tx, order_no: str, stage: str, new: Workflow, version: int) -> None:
    loaded = await orders.load(tx, order_no)
    if loaded is None:
        raise NOT_FOUND()
    before = loaded.order
    after, sealed = next_event(
        tx,
        before,
        _at(before, stage, new, version, tx),
        event_type="WorkflowMoved",
        role=acting_role(tx.actor),
        payload={"from_workflow": before.workflow},
    )
    await orders.save_move(tx, after, sealed, (), None)


def _at(order: Order, stage: str, new: Workflow, version: int, tx: Tx) -> Order:
    since = order.stage_since if stage == order.stage else tx.now
    category = new.stage(stage).category
    return replace(order, stage=stage, category=category, stage_since=since, workflow_version=version)


def _answer(
    command: MoveOrders, source: int | None, plan: Plan | None, *, dry_run: bool, remaining: int
) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "moved": 0 if dry_run or plan is None else len(plan.moves),
        "from_version": source,
        "to_version": command.version,
        "landings": [landing.as_json() for landing in plan.landings] if plan else [],
        "remaining": remaining,
    }
