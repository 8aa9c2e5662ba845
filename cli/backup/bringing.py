"""Bringing a backup back: all of the database in one transaction, files before it, and a proof after it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from uuid_utils.compat import uuid7

from cli.backup.archive import DATABASE, MANIFEST, Sound, file_name
from cli.backup.manifest import Manifest, read_manifest
from cli.backup.mending import after_script, before_script
from cli.backup.programs import load
from cli.commands.migrate import known_revisions
from cli.embedded.binaries import find_clients
from cli.folder import Folder
from cli.installation import account_for
from cli.progress import megabytes, phase
from cli.screen import Screen
from cli.stop import Stop
from domain.access.actor import system
from domain.text import Text
from integrations.blobs.open import open_blobs
from integrations.ports import Blobs, BlobsAway, BlobsFull
from persistence.database import Database
from usecases.door import Door
from usecases.maintenance.survey import Holding, Survey, take_survey
from wiring.settings import Settings, role_of

_PIECE_BYTES = 1024 * 1024
# Rows, their indexes, and what PostgreSQL logs while it writes both.
_ROOM_FOR_ROWS = 3
_FILLED = ("orders", "people", "payloads", "customers")
_OURS = "throughline-restore"


def manifest_in(sound: Sound) -> Manifest:
    """What a sound backup says of itself; raises Stop where this program is too old for it."""
    manifest = read_manifest(sound.text(MANIFEST))
    if manifest.revision not in known_revisions():
        raise Stop(f"This backup was made by a newer Throughline ({manifest.throughline}); update the program first.")
    return manifest


@dataclass
class Bringing:
    """One backup on its way into the installation of these settings; `drill` sends nothing that waited in it."""

    settings: Settings
    sound: Sound
    manifest: Manifest
    screen: Screen
    own_servers: bool
    replace: bool = False
    drill: bool = False

    async def bring(self) -> None:
        """Files, then rows. Raises Stop before anything is touched, or with the database as it was."""
        await self._insist_on_room_to_write()
        await self._bring_files()
        await self._bring_rows()
        await self._compare()

    async def _insist_on_room_to_write(self) -> None:
        connection = await asyncpg.connect(_plain(self.settings.migration_database_url), timeout=10)
        try:
            others = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND application_name LIKE 'throughline%'"
            )
            if others:
                raise Stop(f"{others} connections of Throughline are open on this database; stop API and worker first.")
            if not self.replace and (found := await _filled(connection)):
                raise Stop(
                    f"This installation is not empty ({found}), and a restore would replace all of it. Restore into an "
                    "empty one (another THROUGHLINE_DATA_DIR, or a new database), or ask for it by --replace."
                )
        finally:
            await connection.close()
        self._insist_on_disk()

    def _insist_on_disk(self) -> None:
        needed = self.manifest.file_bytes + (self.manifest.table_bytes * _ROOM_FOR_ROWS if self.own_servers else 0)
        root = self.settings.data_dir
        free = shutil.disk_usage(root if root.exists() else root.parent).free
        if free < needed:
            raise Stop(
                f"The disk of {root} has {megabytes(free)} free and the restore may need {megabytes(needed)}; "
                "make room."
            )

    async def _bring_files(self) -> None:
        blobs = open_blobs(self.settings.storage_url)
        with phase(self.screen, Text("附件", "files")) as part:
            for number, sha256 in enumerate(self.sound.files, start=1):
                part.at(f"{number}/{len(self.sound.files)}")
                await self._bring_file(blobs, sha256)
            part.said = f"{len(self.sound.files)}, {megabytes(self.manifest.file_bytes)}"

    async def _bring_file(self, blobs: Blobs, sha256: str) -> None:
        name = file_name(sha256)
        try:
            stored = await blobs.put(_pieces(self.sound, name), self.sound.sizes[name])
        except BlobsFull:
            raise Stop("The disk of the file store is full; make room and run this again.") from None
        except BlobsAway as away:
            raise Stop(f"The file store does not answer ({away}); run this again when it does.") from None
        if stored.sha256 != sha256:
            raise Stop(f"{name} was stored as {stored.sha256}; the disk or the memory of this machine is not sound.")

    async def _bring_rows(self) -> None:
        settings, length = self.settings, self.sound.sizes[DATABASE]
        copies = Folder(settings.data_dir).copies
        programs = find_clients(os.environ, account_for(os.environ), copies, self.manifest.dump_by)
        around = (before_script(), after_script(self.manifest, role_of(settings), drill=self.drill))
        with phase(self.screen, Text("数据库", "database")) as part, self.sound.open(DATABASE) as dump:
            read = 0

            def tell(count: int) -> None:
                nonlocal read
                read += count
                part.at(f"{100 * read // max(length, 1)} %")

            await load(programs, settings.migration_database_url, dump, around, tell)
            rows = sum(self.manifest.counts.values())
            part.said = self.screen.of(
                Text(f"{len(self.manifest.counts)} 张表，{rows} 行", f"{len(self.manifest.counts)} tables, {rows} rows")
            )

    async def _compare(self) -> None:
        """Whether what is there now is what the backup says that it was, before anything migrates it."""
        with phase(self.screen, Text("核对", "comparison")) as part:
            found = await survey_of(self.settings, self.manifest.frontier)
            differing = sorted(
                name
                for name, count in self.manifest.counts.items()
                if found.counts.get(name) != count and name != "restorations"
            )
            if differing or (found.root, found.orders) != (self.manifest.root, self.manifest.orders):
                raise Stop(
                    f"What was restored is not what was backed up (tables: {', '.join(differing) or 'none'}; root "
                    f"{found.root[:16]}, it was {self.manifest.root[:16]}); do not use this installation."
                )
            part.said = self.screen.of(
                Text(
                    f"{found.orders} 张订单的历史总根一致 {found.root[:16]}",
                    f"the root over {found.orders} histories is the same, {found.root[:16]}",
                )
            )


async def survey_of(settings: Settings, frontier: str | None = None) -> Holding:
    """What an installation holds now; the root as it must be for a frontier."""

    async def nothing(_found: Holding, _snapshot: str) -> None:
        """Nothing else is read from this snapshot."""

    database = Database(settings.database_url, pool_size=1, application_name=_OURS)
    try:
        door = Door(database, lambda: datetime.now(UTC), uuid7, settings.zone)
        found: Holding = await door.read(system("restore"), take_survey, Survey(nothing, frontier))
        return found
    finally:
        await database.close()


async def _filled(connection: asyncpg.Connection) -> str:
    """What is there already, in words; empty where there is nothing."""
    told = []
    for table in _FILLED:
        if await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"public.{table}"):
            count = await connection.fetchval(f"SELECT count(*) FROM public.{table}")  # noqa: S608
            told += [f"{count} {table}"] if count else []
    return ", ".join(told)


async def _pieces(sound: Sound, name: str) -> AsyncIterator[bytes]:
    with sound.open(name) as member:
        while piece := await asyncio.to_thread(member.read, _PIECE_BYTES):
            yield piece


def _plain(url: str) -> str:
    """asyncpg's own form of a URL in SQLAlchemy's."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
