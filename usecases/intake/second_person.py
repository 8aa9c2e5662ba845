"""Whether another person has to let an order in: above a sum, who entered or corrected it cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from domain.access.actor import Actor
from domain.intake.four_eyes import entered_by, is_same_person, limit_of, total_of
from domain.intake.ordering import order_problems
from persistence import corrections
from persistence.tx import Tx


async def second_person(tx: Tx, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """`{"limit", "currency", "excluded"}` where the sum is above the limit; `excluded`: the asker had a hand in it."""
    content = row["meaning"] or {}
    limit = await limit_above(tx, content)
    if limit is None:
        return None
    by = {one["corrected_by"] for one in await corrections.of_payload(tx, row["id"])}
    excluded = had_a_hand(tx.actor, by, row["body"])
    return {"limit": f"{limit:f}", "currency": content["currency"], "excluded": excluded}


async def limit_above(tx: Tx, content: Mapping[str, Any]) -> Decimal | None:
    """The limit that the order is above; None where it is below, there is none, or it is no order yet."""
    rule = await corrections.rule(tx)
    limit = None if rule is None or order_problems(content) else limit_of(rule["body"], content["currency"])
    return limit if limit is not None and total_of(content) > limit else None


def had_a_hand(actor: Actor, corrected_by: Collection[str], body: bytes) -> bool:
    """Whether the actor corrected it, or is named by the form as who filled it in."""
    return actor.id in corrected_by or is_same_person([entered_by(body)], actor.name)
