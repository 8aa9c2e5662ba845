"""Prove the floor: every work order stands where the reports that were applied to it lead, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.floor.consequences import entry_of
from domain.floor.reading import Report, read_report
from domain.floor.situation import Situation
from domain.floor.work_order import WorkOrder, advance
from domain.text import Text
from persistence import proofs
from persistence.tx import Tx
from persistence.work_orders import work_order_from
from usecases.maintenance.tally import Tally

_WORK_ORDERS = """
SELECT w.number, w.order_id, o.order_no, w.line, w.sku, w.quantity, w.operations, w.revision,
  o.revision AS order_revision, w.altered_revision, o.category AS order_category, o.stage AS order_stage,
  o.held AS order_held,
  w.state, w.stop, w.version, w.progress, w.good, w.scrap,
  EXISTS (SELECT 1 FROM work_order_changes c WHERE c.number = w.number AND c.kind = 'rerouted') AS rerouted,
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'v', r.v, 'kind', r.kind, 'by', r.person_id,
      'occurred_at', r.corrected_at, 'body', r.body, 'version', r.work_order_version) ORDER BY r.work_order_version)
    FROM reports r WHERE r.work_order = w.number AND r.status = 'applied' AND r.work_order_version IS NOT NULL), '[]')
    AS told
FROM work_orders w JOIN orders o ON o.id = w.order_id ORDER BY w.number
"""


async def prove_floor(tx: Tx) -> Tally:
    """Each work order read with its reports, and its progress counted again; only inside a snapshot."""
    tally = Tally("work_orders", Text("工单等于报工之和", "every work order is the fold of its reports"))
    async for row in proofs.stream(tx, _WORK_ORDERS):
        tally.counted += 1
        for problem in _problems(row):
            tally.add("work_orders", row["number"], problem)
    return tally


def _problems(row: Mapping[str, Any]) -> list[str]:
    kept = work_order_from(row)
    problems = [
        f"says {name} {row[name]}, its progress says {getattr(kept, name)}"
        for name in ("good", "scrap")
        if row[name] != getattr(kept, name)
    ]
    if not kept.cancelled and row["state"] != kept.state:
        problems.append(f"says that it is {row['state']}, its progress says {kept.state}")
    versions = [report["version"] for report in row["told"]]
    if len(set(versions)) != len(versions) or max(versions, default=0) > row["version"]:
        problems.append("its reports do not follow each other")
    # Where a planner changed the routing, what 'the last operation' was can no longer be told.
    return problems if row["rerouted"] else problems + _differences(kept, row["told"])


def _differences(kept: WorkOrder, told: list[Mapping[str, Any]]) -> list[str]:
    folded = replace(kept, progress={}, inspection=None, cancelled=False)
    for one in told:
        report = read_report({name: one[name] for name in ("id", "v", "kind", "by", "occurred_at", "body")})
        if not isinstance(report, Report):
            return [f"its report {one['id']} cannot be read any more"]
        situation = Situation(at=datetime.fromisoformat(one["occurred_at"]), reporter=None)
        folded = advance(folded, entry_of(report, situation, folded))
    return [
        f"{code}: {name} is {getattr(kept.of(code), name)}, its reports say {getattr(folded.of(code), name)}"
        for code in sorted({*kept.progress, *folded.progress})
        for name in ("good", "scrap", "rework")
        if getattr(kept.of(code), name) != getattr(folded.of(code), name)
    ]
