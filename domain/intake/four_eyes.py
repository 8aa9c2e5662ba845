"""Above a sum that the factory sets, whoever entered or corrected an order is not the one who lets it in."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from domain.orders.money import computed_total, line_amount

ENTERED_BY = "entered_by"
"""What our own entry form calls the person who filled it in."""
_LONGEST_NAME = 200


def limit_of(rule: Mapping[str, Any] | None, currency: str) -> Decimal | None:
    """The sum above which two people are needed, None where there is none: `{"limits": {"CNY": "50000"}, "otherwise"}`.

    `otherwise` holds for currencies that are not named.
    """
    if rule is None:
        return None
    found = rule.get("limits", {}).get(currency, rule.get("otherwise"))
    return None if found is None else Decimal(found)


def total_of(content: Mapping[str, Any]) -> Decimal:
    """What an order comes to, by its own word or else by its lines; the content is one that can be opened."""
    if content.get("total") is not None:
        return Decimal(content["total"])
    currency = content["currency"]
    amounts = (line_amount(Decimal(one["quantity"]), Decimal(one["unit_price"]), currency) for one in content["lines"])
    return computed_total(
        amounts,
        content.get("discounts") or (),
        content.get("fees") or (),
        Decimal(content.get("shipping") or 0),
        Decimal(content.get("tax") or 0),
        tax_included=content.get("tax_included", True),
    )


def entered_by(body: bytes) -> str | None:
    """The name that an entry form gives of whoever filled it in; None for everything else."""
    try:
        form = json.loads(body)
    except (ValueError, RecursionError):
        return None
    name = form.get(ENTERED_BY) if isinstance(form, Mapping) else None
    return name.strip()[:_LONGEST_NAME] if isinstance(name, str) else None


def is_same_person(names: Collection[str | None], person: str) -> bool:
    """Whether one of the names is this person's."""
    return any(name and name.casefold() == person.casefold() for name in names)
