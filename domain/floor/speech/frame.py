"""A frame: one thing that is said to be done, with what belongs to it; one command will be made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.floor.speech.tokens import Quantity

INSPECTED = ("qc_pass", "qc_fail")
MOVES = ("issue_stock", "receive_stock", "transfer_stock")
REFINES = {
    ("issue_stock", "transfer_stock"),
    ("transfer_stock", "issue_stock"),
    ("receive_stock", "transfer_stock"),
    ("report_completion", "rework"),
    ("rework", "report_completion"),
    ("qc_fail", "rework"),
    ("dispatch_vehicle", "report_arrival"),
    ("query_stock", "issue_stock"),
    ("query_stock", "count_stock"),
    ("count_stock", "query_stock"),
    ("report_completion", "qc_pass"),
    ("query_stock", "report_shortage"),
    ("query_stock", "receive_stock"),
}
"""A second verb that belongs to the first one: 出库 … 移到, 打完 … 返工."""
OF_ORDERS = (
    *("query_order", "confirm_delivery", "report_arrival", "load_vehicle", "dispatch_vehicle", "handover_operation"),
    *("start_operation", "pause_operation", "resume_operation"),
)
"""Deeds that are done to an order and count nothing, or nothing without a unit."""
STATES = ("report_shortage", "report_breakdown", "report_arrival", "qc_pass", "qc_fail", "query_stock", "query_order")


@dataclass
class Frame:
    """What one command will be made of. `slots` are settled values (None: said, but cannot be settled)."""

    action: str | None = None
    weak: bool = False
    own_verb: bool = False
    slots: dict[str, Any] = field(default_factory=dict)
    quantity: Quantity | None = None
    conflict: bool = False
    scrap: Quantity | None = None
    scrap_said: bool = False
    among: bool = False
    refused: bool = False
    denied: bool = False
    each: bool = False
    shared: bool = False
    whole: bool = False
    inspected: bool = False
    dropped: bool = False
    beyond: bool = False
    generic: bool = False
    stopped: bool = False
    looked_up: bool = False
    remark: bool = False

    @property
    def bare(self) -> bool:
        """Whether nothing has been said in it yet."""
        return self.action is None and not self.slots and self.quantity is None and self.scrap is None
