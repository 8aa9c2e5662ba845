"""A factory's own catalogue of nameable things, from what its database knows and what every factory has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from domain.floor.speech.catalogue import Catalogue, Named, Sku, Unit

_NUMBERED = re.compile(r"(?:\d+|[一二三四五六七八九十]+)号(?P<kind>.{2,})|(?P<before>.{2,}?)\d+号?")
_MOST = Decimal(20000)


@lru_cache(maxsize=1)
def common() -> Catalogue:
    """Units, places, symptoms and defects that need not be entered to be understood."""
    document = json.loads(files("domain.floor.speech.tables").joinpath("common.json").read_text(encoding="utf-8"))
    return Catalogue.from_json({"skus": (), **document})


def house_catalogue(known: Mapping[str, Sequence[Mapping[str, Any]]]) -> Catalogue:
    """The catalogue of one factory.

    `known`: `articles` {sku, name, unit, aliases}, `work_centres` {name, name_en}, `operations` {code, name},
    `customers` {name}, `locations` {name}.
    """
    skus = tuple(Sku(r["sku"], r["name"], r["unit"], (r["unit"],), tuple(r["aliases"])) for r in known["articles"])
    return replace(
        common(),
        skus=skus,
        units=(*common().units, *_other_units(skus)),
        locations=_with(common().locations, (row["name"] for row in known["locations"])),
        operations=_operations(known["operations"]),
        machines=tuple(_machine(row["name"]) for row in known["work_centres"]),
        customers=tuple(Named(row["name"]) for row in known["customers"]),
    )


def _other_units(skus: Iterable[Sku]) -> tuple[Unit, ...]:
    said = {name for unit in common().units for name in (unit.name, *unit.aliases)}
    return tuple(Unit(name, "count", _MOST) for name in sorted({sku.unit for sku in skus} - said))


def _with(known: tuple[Named, ...], names: Iterable[str]) -> tuple[Named, ...]:
    said = {name for row in known for name in row.names}
    return (*known, *(Named(name) for name in sorted(set(names) - said)))


def _operations(rows: Sequence[Mapping[str, Any]]) -> tuple[Named, ...]:
    return tuple(Named(name) for name in sorted({row["name"] for row in rows if row["name"]}))


def _machine(name: str) -> Named:
    """'3号冲床' is one of the kind 冲床."""
    found = _NUMBERED.fullmatch(name)
    return Named(name, (), (found["kind"] or found["before"]) if found else name)
