"""All open orders of a workflow, stage by stage: how many stand where, and the most urgent of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.orders.events import instant_text
from domain.orders.order import OPEN_CATEGORIES
from domain.workflow.document import Workflow
from persistence import documents
from persistence.queries import order_board
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.read_orders import row_views


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """Which workflow, None: the one that most orders run by; at most `limit` orders of each stage."""

    workflow: str | None = None
    limit: int = 20


@use_case(right="orders.read")
async def read_board(tx: Tx, wanted: BoardQuery) -> dict[str, Any]:
    """`{"as_of", "workflow", "workflows", "columns"}`; a workflow that nothing runs by has no columns."""
    scope = Scope.of(tx.actor)
    standing = await order_board.standing(tx, scope)
    running = Counter[str]()
    for row in standing:
        running[row["workflow_key"]] += row["orders"]
    chosen = wanted.workflow or next((key for key, _ in running.most_common(1)), None)
    here = [row for row in standing if row["workflow_key"] == chosen]
    newest = {key: await _newest(tx, key, standing) for key in running}
    cards = await row_views(tx, await order_board.cards(tx, scope, chosen, wanted.limit)) if chosen and here else []
    return {
        "as_of": instant_text(tx.now),
        "workflow": chosen,
        "workflows": [
            {"key": key, "label": newest[key].label.as_json(), "orders": count} for key, count in running.most_common()
        ],
        "columns": await _columns(tx, newest[chosen], here, cards) if chosen and here else [],
    }


async def _newest(tx: Tx, key: str, standing: Sequence[Mapping[str, Any]]) -> Workflow:
    versions = [row["workflow_version"] for row in standing if row["workflow_key"] == key]
    return await documents.workflow(tx, key, max(versions))


async def _columns(
    tx: Tx, newest: Workflow, here: Sequence[Mapping[str, Any]], cards: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The open stages in the newest version's sequence; then those that only older versions have."""
    stages = {stage.key: stage for stage in newest.stages if stage.category in OPEN_CATEGORIES}
    for row in here:
        if row["stage"] not in stages:
            older = await documents.workflow(tx, newest.key, row["workflow_version"])
            stages[row["stage"]] = older.stage(row["stage"])
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in here:
        counts[row["stage"]].update({name: row[name] for name in ("orders", "late", "held")})
    return [
        {
            "stage": key,
            "label": stage.label.as_json(),
            "role": stage.role,
            "category": stage.category,
            "count": counts[key]["orders"],
            "late": counts[key]["late"],
            "held": counts[key]["held"],
            "orders": [card for card in cards if card["stage"] == key],
        }
        for key, stage in stages.items()
    ]
