"""An order's own content out of a payload, before remarks are read: fields, lines, discounts, fees."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.expressions import values
from domain.intake.catalogue import Catalogue
from domain.intake.gifts import Granted
from domain.intake.picking import Picker, Scope, plain
from domain.intake.remarks import Remark
from domain.orders.money import money_text, price_text
from domain.refusals.intake import PAYLOAD_INCOMPLETE, PAYLOAD_TOO_COMPLEX

MAX_LINES = 1_000
REFUNDS = ("none", "requested", "refunded")
_ADDRESS = ("country", "province", "city", "district", "town", "street", "postcode")
_NOBODY = ("name", "company", "phone", "email", "external_id")


class OrderReader:
    """Reads one order document of a template over one payload."""

    def __init__(self, part: Mapping[str, Any], picker: Picker, scope: Scope, catalogue: Catalogue) -> None:
        self._part = part
        self._pick = picker
        self._catalogue = catalogue
        self.currency = (picker.text(part["currency"], scope) or "").upper()
        self.lines = self._lines(scope)
        self.scope: Scope = {**scope, "lines": self.lines}

    def external_id(self) -> str:
        """The order's number in the channel. Raises PAYLOAD_INCOMPLETE where the payload has none, or no lines."""
        number = self._pick.text(self._part["external_id"], self.scope)
        lacking = [n for n, there in (("external_id", number), ("lines", self.lines)) if not there]
        if number is None or lacking:
            raise PAYLOAD_INCOMPLETE(names=", ".join(lacking))
        return number

    def text(self, name: str) -> str | None:
        """A text field of the order."""
        return self._pick.text(self._part.get(name), self.scope)

    def moment(self, name: str) -> str | None:
        """An instant or a day."""
        return self._pick.moment(self._part.get(name), self.scope)

    def version(self) -> str | None:
        """What orders the states of this order."""
        return self._pick.sortable(self._part.get("version"), self.scope)

    def money(self, name: str, missing: str | None = None) -> str | None:
        """An amount of the order; `missing` where the payload gives none."""
        return self._pick.money(self._part.get(name), self.scope, self.currency) or missing

    def tax_included(self) -> bool:
        """Whether the prices hold the tax."""
        return values.filled(self._pick.raw(self._part.get("tax_included"), self.scope))

    def action(self, content: Mapping[str, Any]) -> str:
        """The first action whose condition holds."""
        scope = {**self.scope, "meaning": content}
        return next(str(rule["action"]) for rule in self._part["action"] if self._pick.holds(rule.get("when"), scope))

    def triggers(self, content: Mapping[str, Any]) -> list[str]:
        """The reasons for review that the template itself finds."""
        scope = {**self.scope, "meaning": content}
        rules = self._part.get("review", {}).get("when", ())
        return [str(rule["reason"]) for rule in rules if self._pick.holds(rule["when"], scope)]

    def extra(self) -> dict[str, Any]:
        """Further keys."""
        return self._pick.further(self._part.get("extra"), self.scope)

    def customer(self) -> dict[str, Any] | None:
        """Who ordered, with the address; null where the payload names nobody."""
        part = self._part.get("customer", {})
        scope = self._pick.let(part.get("let"), self.scope)
        if not part or not self._pick.holds(part.get("when"), scope):
            return None
        who: dict[str, Any] = {name: self._pick.text(part.get(name), scope) for name in _NOBODY}
        who["masked"] = values.filled(self._pick.raw(part.get("masked"), scope))
        address = part.get("address", {})
        held = bool(address) and self._pick.holds(address.get("when"), scope)
        who["address"] = {name: self._pick.text(address.get(name), scope) for name in _ADDRESS} if held else None
        return who

    def discounts(self) -> list[dict[str, Any]]:
        """What lowers the price, as positive amounts."""
        found = []
        for part in self._part.get("discounts", ()):
            for scope in self._pick.each(part, self.scope):
                if amount := self._amount(part, scope):
                    label, line = self._pick.text(part["label"], scope), self._pick.text(part.get("line"), scope)
                    kind = self._pick.text(part["kind"], scope) or "order"
                    found.append({"kind": kind, "label": label or kind, "amount": amount, "line": line})
        return found

    def fees(self) -> list[dict[str, Any]]:
        """What raises the price, or with a minus lowers it."""
        return [
            {"label": self._pick.text(part["label"], scope) or "fee", "amount": amount}
            for part in self._part.get("fees", ())
            for scope in self._pick.each(part, self.scope)
            if (amount := self._amount(part, scope))
        ]

    def _amount(self, part: Mapping[str, Any], scope: Scope) -> str | None:
        number = self._pick.decimal(part["amount"], scope)
        return price_text(number, self.currency) if number else None

    def granted(self) -> list[Granted]:
        """Gifts that the payload names outside its lines."""
        found = []
        for part in self._part.get("granted", ()):
            for scope in self._pick.each(part, self.scope):
                if name := self._pick.text(part["name"], scope):
                    quantity = self._pick.decimal(part.get("quantity"), scope)
                    usable = quantity if quantity and quantity > 0 else None
                    found.append(
                        Granted(name, usable, part.get("origin", "promotion"), part.get("source", "promotion"))
                    )
        return found

    def notes(self) -> dict[str, str | None]:
        """What was written, verbatim."""
        part = self._part.get("notes", {})
        return {side: _verbatim(self._pick.raw(part.get(side), self.scope)) for side in ("buyer", "seller")}

    def remarks(self, notes: Mapping[str, str | None]) -> list[Remark]:
        """The texts to read for gifts, dates and instructions."""
        scope = {**self.scope, "notes": notes}
        return [
            Remark(text, part["side"], part["origin"], part["source"], part["reads"])
            for part in self._part.get("remarks", ())
            for written in values.many(self._pick.raw(part["texts"], scope))
            if (text := _verbatim(written))
        ]

    def _lines(self, scope: Scope) -> list[dict[str, Any]]:
        part = self._part["lines"]
        found: list[dict[str, Any]] = []
        for inner in self._pick.each(part, scope):
            if len(found) == MAX_LINES:
                raise PAYLOAD_TOO_COMPLEX(reason=f"more than {MAX_LINES} lines")
            found.append(self._line(part, inner))
        return found

    def _line(self, part: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        quantity = self._pick.quantity(part["quantity"], scope)
        price = self._pick.money(part["unit_price"], scope, self.currency)
        sku = self._pick.text(part.get("sku"), scope)
        article = self._catalogue.by_number(sku)
        refund = self._pick.text(part.get("refund"), scope)
        note = self._pick.text(part.get("note"), scope)
        line: dict[str, Any] = {
            "external_id": self._pick.text(part.get("external_id"), scope),
            "sku": article.sku if article else sku,
            "name": self._pick.text(part["name"], scope) or sku,
            "quantity": quantity,
            "unit": self._pick.text(part.get("unit"), scope),
            "unit_price": price,
            "amount": self._product(quantity, price),
            "is_gift": False,
            "gift_origin": None,
            "gift_confirmed": None,
            "options": _options(self._pick.raw(part.get("options"), scope)),
            "refund": refund if refund in REFUNDS else "none",
        }
        line |= {"note": note} if note else {}
        line |= self._pick.further(part.get("extra"), {**scope, "line": line})
        line["is_gift"] = "gift" in part and self._pick.holds(part["gift"], {**scope, "line": line})
        return line

    def _product(self, quantity: str | None, price: str | None) -> str | None:
        if quantity is None or price is None:
            return None
        return money_text(Decimal(quantity) * Decimal(price), self.currency)


def _options(value: Any) -> dict[str, Any]:
    """Names with texts; what is empty is left out."""
    picked = plain(value)
    return {name: item for name, item in picked.items() if item is not None} if isinstance(picked, dict) else {}


def _verbatim(value: Any) -> str | None:
    """A remark as written; null for blank."""
    return value if isinstance(value, str) and value.strip() else None
