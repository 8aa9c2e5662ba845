"""Money in decimal: rounding to the currency's minor unit, and the sum rule that every order obeys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from domain.refusals.orders import AMOUNT_TOO_LARGE

# What 14 digits before the point hold; below it, products of quantity and price are exact.
_BEYOND = Decimal(10) ** 14
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "JOD": 3}


_QUANTA = {digits: Decimal(1).scaleb(-digits) for digits in (0, 2, 3)}


def minor_digits(currency: str) -> int:
    """How many decimals an amount of this currency has (ISO 4217); two unless known otherwise."""
    return MINOR_DIGITS.get(currency, 2)


def round_amount(value: Decimal, currency: str) -> Decimal:
    """The amount rounded half-even to the minor unit."""
    return value.quantize(_QUANTA[minor_digits(currency)], rounding=ROUND_HALF_EVEN)


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """What a line comes to. Raises AMOUNT_TOO_LARGE."""
    return round_amount(_kept(quantity * unit_price), currency)


def is_too_fine(amount: Decimal, currency: str) -> bool:
    """Whether the amount has a part below the currency's minor unit, so that what is shown would not add up."""
    return amount != round_amount(amount, currency)


def _kept(amount: Decimal) -> Decimal:
    if abs(amount) >= _BEYOND:
        raise AMOUNT_TOO_LARGE()
    return amount


def to_minor(value: Decimal, currency: str) -> int:
    """The amount as a whole number of minor units, as guards see it."""
    return int(round_amount(value, currency).scaleb(minor_digits(currency)))


def money_text(value: Decimal, currency: str) -> str:
    """The amount as the API writes it: a decimal string with the minor unit's digits."""
    return f"{round_amount(value, currency):f}"


def price_text(value: Decimal, currency: str) -> str:
    """A unit price as the API writes it: up to 6 decimals, never fewer than the minor unit's."""
    shown = quantity_text(value)
    digits = minor_digits(currency)
    whole, _, fraction = shown.partition(".")
    return whole if digits == 0 and not fraction else f"{whole}.{fraction.ljust(digits, '0')}"


def quantity_text(value: Decimal) -> str:
    """A quantity as the API writes it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def computed_total(
    line_amounts: Iterable[Decimal],
    discounts: Iterable[Mapping[str, Any]],
    fees: Iterable[Mapping[str, Any]],
    shipping: Decimal,
    tax: Decimal,
    *,
    tax_included: bool,
) -> Decimal:
    """lines - discounts + fees + shipping (+ tax unless included), in the currency. Raises AMOUNT_TOO_LARGE."""
    total = sum(line_amounts, Decimal(0))
    total -= sum((Decimal(d["amount"]) for d in discounts), Decimal(0))
    total += sum((Decimal(f["amount"]) for f in fees), Decimal(0))
    return _kept(total + shipping + (Decimal(0) if tax_included else tax))
