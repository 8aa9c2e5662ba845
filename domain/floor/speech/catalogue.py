"""What a factory can name: its articles, units, places, operations, machines, defects, customers and vehicles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

UnitKind = Literal["count", "pack", "measure"]


@dataclass(frozen=True, slots=True)
class Sku:
    """An article that lies in the store. `units`: in which it may be counted, its base unit `unit` among them."""

    code: str
    name: str
    unit: str
    units: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, without the code."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of quantity. What is above `most` is a slip of the tongue and is asked for."""

    name: str
    kind: UnitKind
    most: Decimal
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Something else with a name. `kind`: what several machines have in common ('冲床' of '3号冲床')."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything nameable of one factory; `orders` are the prefixes of its order numbers, such as 'SO'."""

    skus: tuple[Sku, ...] = ()
    units: tuple[Unit, ...] = ()
    locations: tuple[Named, ...] = ()
    operations: tuple[Named, ...] = ()
    machines: tuple[Named, ...] = ()
    symptoms: tuple[Named, ...] = ()
    defects: tuple[Named, ...] = ()
    customers: tuple[Named, ...] = ()
    plates: tuple[str, ...] = ()
    order_prefixes: tuple[str, ...] = field(default=("SO", "WO"))

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Catalogue:
        """From `{skus, units, locations, operations, machines, symptoms, defects, customers, vehicles}`."""
        return cls(
            skus=tuple(_sku(row) for row in document["skus"]),
            units=tuple(_unit(row) for row in document["units"]),
            locations=_named(document.get("locations", ()), "location"),
            operations=_named(document.get("operations", ()), "operation"),
            machines=_named(document.get("machines", ()), "machine"),
            symptoms=_named(document.get("symptoms", ()), "symptom"),
            defects=_named(document.get("defects", ()), "defect"),
            customers=_named(document.get("customers", ()), "customer"),
            plates=tuple(row["plate"] for row in document.get("vehicles", ())),
        )


def _sku(row: Mapping[str, Any]) -> Sku:
    units = tuple(row.get("units") or (row["unit"],))
    return Sku(row["code"], row["name"], row["unit"], units, tuple(row.get("aliases") or ()))


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(row["unit"], row["kind"], Decimal(str(row["max"])), tuple(row.get("aliases") or ()))


def _named(rows: Iterable[Mapping[str, Any]], key: str) -> tuple[Named, ...]:
    return tuple(Named(row[key], _strings(row.get("aliases")), row.get("kind") or "") for row in rows)


def _strings(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(values or ())
