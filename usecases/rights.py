"""Rights that a use case asks for beyond the one that it declares."""

from __future__ import annotations

from domain.refusals.general import NOT_FOUND
from domain.refusals.people import RIGHT_MISSING
from persistence.tx import Tx


def require_any(tx: Tx, *rights: str) -> None:
    """Raises RIGHT_MISSING unless the actor holds one of them."""
    if not any(tx.actor.may(right) for right in rights):
        raise RIGHT_MISSING(right=" / ".join(rights))


def staff_only(tx: Tx) -> None:
    """Raises NOT_FOUND for a customer: what the house does inside does not exist for them."""
    if tx.actor.kind == "customer":
        raise NOT_FOUND()
