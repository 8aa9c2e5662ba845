"""Which orders still try to run beside the system, and by what that is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.orders.events import instant_text
from domain.text import Text
from persistence.queries import beside
from persistence.queries.beside import BesidePage
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.previews import insist_on_feature

_REASONS: Mapping[str, Text] = {
    "returned_from_excel": Text("30 天内用 Excel 改过再交回", "changed in Excel and brought back within 30 days"),
    "past_date_in_silence": Text("交期已过，系统里一直没有动作", "its date has passed without anything done here"),
}


@use_case(right="kpis.read")
async def list_beside(tx: Tx, page: BesidePage) -> list[dict[str, Any]]:
    """Orders with the reasons, newest first. Raises FEATURE_NOT_GIVEN."""
    if tx.actor.kind == "user":
        await insist_on_feature(tx, "beside_system")
    return [_view(row) for row in await beside.beside(tx, Scope.of(tx.actor), page)]


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    seen = {"returned_from_excel": row["returned_at"] is not None, "past_date_in_silence": row["silent"]}
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("order_no", "customer", "merchandiser", "stage", "category")},
        "promised_date": row["promised_date"] and row["promised_date"].isoformat(),
        "last_action_at": instant_text(row["last_action_at"]),
        "returned_at": row["returned_at"] and instant_text(row["returned_at"]),
        "returned_times": row["returned_times"],
        "reasons": [{"code": code, **_REASONS[code].as_json()} for code, holds in seen.items() if holds],
    }
