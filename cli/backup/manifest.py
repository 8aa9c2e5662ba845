"""What a backup says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from importlib.metadata import version
from typing import Any

from cli.stop import Stop
from usecases.maintenance.survey import Holding

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """`taken_at` is the moment that everything in it stands for. `missing` are files that the store did not give.

    `root` over the histories of `orders` orders covers all below `frontier` (docs/decisions/0014). `dump_by` is the
    major version of the program that wrote the dump, `table_bytes` what the rows took.
    """

    format: int
    throughline: str
    taken_at: str
    revision: str
    postgres: int
    dump_by: int
    frontier: str
    root: str
    orders: int
    counts: Mapping[str, int]
    files: int
    file_bytes: int
    dump_bytes: int
    table_bytes: int
    missing: tuple[str, ...]
    holds: tuple[str, ...]

    @property
    def moment(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.taken_at)

    def as_bytes(self) -> bytes:
        """As it lies in the backup."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True)
class Written:
    """What went into a backup beside what the survey knows."""

    dump_by: int
    dump_bytes: int
    files: int
    file_bytes: int
    missing: tuple[str, ...]
    holds: tuple[str, ...]


def manifest_of(found: Holding, written: Written, taken_at: datetime) -> Manifest:
    """The manifest of what was surveyed and written."""
    return Manifest(
        format=FORMAT,
        throughline=version("throughline"),
        taken_at=taken_at.isoformat(),
        revision=found.revision,
        postgres=found.server_major,
        frontier=found.frontier,
        root=found.root,
        orders=found.orders,
        counts=dict(found.counts),
        table_bytes=found.table_bytes,
        **asdict(written),
    )


def read_manifest(text: str) -> Manifest:
    """The manifest of a backup; raises Stop where it is of a newer Throughline."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] > FORMAT:
            raise Stop(
                f"This backup was made by a newer Throughline ({told['throughline']}); update the program first."
            )
        lists = {name: tuple(told[name]) for name in ("missing", "holds")}
        # What a later one of the same format may say beside it is for others.
        known = {field.name: told[field.name] for field in fields(Manifest)}
        return Manifest(**{**known, **lists})
    except (ValueError, TypeError, KeyError) as problem:
        raise Stop(f"The backup's manifest cannot be read ({problem}).") from None
