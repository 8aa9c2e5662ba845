"""Take an allowed substitute for an order: the comparison's row becomes an order change, which then goes its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.refusals.warning import SUBSTITUTE_NOT_ALLOWED
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.propose_change import ProposeChange, propose_change
from usecases.warning.read_stock import InsteadOf, compare_substitutes


@dataclass(frozen=True, slots=True)
class ChooseSubstitute:
    """For one line of the order, or for all that need the material; `order_version` is what If-Match named."""

    order_no: str
    material: str
    substitute: str
    line: int | None = None
    reason: str | None = None
    confirm_by_customer: bool | None = None
    order_version: int | None = None


@use_case(right="orders.change")
async def choose_substitute(tx: Tx, command: ChooseSubstitute) -> dict[str, Any]:
    """`{"change", "chosen"}`: the change that was asked for, and what the comparison said of the substitute.

    Raises NOT_FOUND, SUBSTITUTE_NOT_ALLOWED, and whatever asking for a change may raise.
    """
    compared = await compare_substitutes(tx, InsteadOf(command.material, command.order_no, command.line))
    chosen = next((row for row in compared["items"] if row["material"] == command.substitute), None)
    if chosen is None:
        raise SUBSTITUTE_NOT_ALLOWED(material=command.material, substitute=command.substitute)
    swap = {"material": command.material, "substitute": command.substitute, "ratio": chosen["ratio"]}
    if command.line is not None:
        swap["line"] = command.line
    change = await propose_change(
        tx,
        ProposeChange(
            command.order_no,
            {"substitutes": [swap]},
            command.reason or f"缺料代用 material short: {command.material} → {command.substitute}",
            asked_by="us",
            confirm_by_customer=command.confirm_by_customer,
            order_version=command.order_version,
        ),
    )
    return {"change": change, "chosen": chosen}
