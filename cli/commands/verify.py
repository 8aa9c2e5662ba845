"""`throughline verify`: proves every history and every invariant, and names the row where one fails."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.reach import insist_on_postgres, said_plainly
from wiring.settings import Settings, load_settings

if TYPE_CHECKING:
    from usecases.maintenance.tally import Tally


def describe(parser: argparse.ArgumentParser) -> None:
    """Its one choice."""
    parser.add_argument("--json", action="store_true", help="one JSON document at the end instead of lines")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 where everything holds, 1 where anything does not."""
    settings = load_settings()
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    began = time.monotonic()
    with said_plainly():
        tallies = asyncio.run(verify(settings, (lambda _: None) if arguments.json else show))
    holds = all(tally.holds for tally in tallies)
    if arguments.json:
        document = {"holds": holds, "checks": [tally.as_json() for tally in tallies]}
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        broken = sum(tally.found for tally in tallies)
        told = "Everything holds 全部成立" if holds else f"{broken} violations 处不成立"
        print(f"{told} ({len(tallies)} checks, {time.monotonic() - began:.1f} s)")
    return 0 if holds else 1


async def verify(settings: Settings, tell: Callable[[Tally], None]) -> list[Tally]:
    """Run every check on an installation; any role that may read its tables will do."""
    from uuid_utils.compat import uuid7

    from domain.access.actor import system
    from integrations.blobs.open import open_blobs
    from integrations.ports import BlobDamaged, BlobMissing
    from persistence.database import Database
    from usecases.door import Door
    from usecases.maintenance.verify_all import FileProblem, VerifyAll, verify_all

    blobs = open_blobs(settings.storage_url)

    async def read_file(sha256: str) -> bytes:
        try:
            return await blobs.read(sha256)
        except BlobMissing:
            raise FileProblem("is missing") from None
        except BlobDamaged:
            raise FileProblem("holds other bytes") from None

    database = Database(settings.database_url, pool_size=1, application_name="throughline-verify")
    door = Door(database, lambda: datetime.now(UTC), uuid7, settings.zone)
    try:
        found: list[Tally] = await door.read(system("verify"), verify_all, VerifyAll(tell, time.monotonic, read_file))
        return found
    finally:
        await database.close()


def show(tally: Tally) -> None:
    """A line for a check, and one for each thing that it found."""
    mark = "ok " if tally.holds else "BAD"
    print(
        f"{mark} {tally.counted:>9} {tally.seconds:>7.2f} s  {tally.key:<12} {tally.label.en} {tally.label.zh}",
        flush=True,
    )
    for violation in tally.violations:
        print(f"      {violation.table} {violation.row}: {violation.problem}", flush=True)
    if tally.found > len(tally.violations):
        print(f"      ... and {tally.found - len(tally.violations)} more", flush=True)
    for warning in tally.warnings:
        print(f"      look: {warning.table} {warning.row}: {warning.problem}", flush=True)
