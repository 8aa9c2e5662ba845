"""Whose a new order is: the customer who is known by what is told of them, and where it goes if not to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.customers.matching import Told, match, phone_key
from persistence.customers import Known


def whose(told: Told | None, known: Known, *, new: bool = False) -> Mapping[str, Any] | None:
    """The known customer, None for somebody new. What is doubtful is somebody new; so is, by `new`, what looks known.

    The same account of the same channel is never two customers.
    """
    if told is None:
        return None
    judged = match(told, known.candidates)
    if judged.customer_id is None:
        return None
    by_account = any(told.source in one.sources for one in known.candidates) if told.source else False
    return None if new and not by_account else known.row(judged.customer_id)


def delivery_of(customer: Mapping[str, Any] | None, told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where the order of a known customer goes, and who receives it there, where that is told otherwise than known."""
    if customer is None or told is None or told.get("masked"):
        return None
    home = _said(customer.get("address"))
    there = _said(told.get("address")) or home
    receives = {}
    if told.get("name") and told["name"] not in (customer.get("name"), customer.get("company")):
        receives["contact"] = told["name"]
    if told.get("phone") and phone_key(told["phone"]) != phone_key(customer.get("phone")):
        receives["phone"] = told["phone"]
    if not there or (there == home and not receives):
        return None
    return {**there, **receives}


def _said(address: Any) -> dict[str, Any]:
    return {name: part for name, part in (address or {}).items() if part}
