"""What is shown of order changes, in the names of the contract."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.v1.types import BothLanguages, Shown


class DepartmentOut(Shown):
    """A department that a change touches; work of the old revision stands still until those that stop it know."""

    role: str
    label: BothLanguages
    stops_work: bool
    acknowledged_at: str | None = None
    acknowledged_by: str | None = None
    reason: str | None = None


class LineDiff(Shown):
    """What is different on one line."""

    line: int
    kind: Literal["changed", "added", "cancelled"]
    sku: str | None
    name: str
    fields: dict[str, Any] = Field(description="by field: before, after, and a sentence in zh and en")


class Diff(Shown):
    """Old and new, field by field and line by line; a field that the reader may not see is absent."""

    fields: dict[str, Any]
    lines: list[LineDiff]


class ChangePreview(Shown):
    """What a change would come to on the order as it stands at `order_version`."""

    order_version: int
    diff: Diff
    impact: dict[str, Any] = Field(
        description="amount and cost before and after, the promised date that follows, work orders, materials reserved "
        "and issued, stage, revision, departments, warnings"
    )


class ChangeOut(ChangePreview):
    """One change. While it is undecided, diff and impact are of this moment, and `rebased` says that they moved."""

    id: str
    order_no: str
    number: int
    state: Literal["proposed", "awaiting_customer", "approved", "rejected", "withdrawn", "applied"]
    state_label: BothLanguages
    asked_by: Literal["customer", "us", "channel"]
    reason: str
    patch: dict[str, Any]
    fields: list[str]
    rebased: bool
    confirm_by_customer: bool
    confirmation: dict[str, Any] | None
    departments: list[DepartmentOut]
    acknowledged: bool = Field(description="in force, and known to every department that it touches")
    revision: int | None
    event_id: str | None
    problem: dict[str, Any] | None = Field(description="why it cannot be applied to the order as it stands now")
    proposed_by: str
    proposed_at: str
    decided_by: str | None
    decided_at: str | None
    decision_reason: str | None
    applied_at: str | None
    cause: str | None
