"""Taking a backup of an installation that may be at work meanwhile."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from uuid_utils.compat import uuid7

from cli.backup.archive import DATABASE, MANIFEST, Writer, file_name
from cli.backup.manifest import Manifest, Written, manifest_of
from cli.backup.programs import Dump
from cli.backup.secrets import secrets_of
from cli.embedded.binaries import find_clients
from cli.folder import Folder
from cli.installation import account_for
from cli.progress import megabytes, phase
from cli.screen import Screen
from cli.stop import Stop
from domain.access.actor import system
from domain.text import Text
from integrations.blobs.open import open_blobs
from integrations.ports import BlobDamaged, BlobMissing, Blobs, BlobsAway
from persistence.database import Database
from usecases.door import Door
from usecases.maintenance.survey import Holding, Survey, take_survey
from wiring.settings import Settings

_KEPT_FREE_BYTES = 64 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024


@dataclass
class Taking:
    """One backup on its way to `path`."""

    settings: Settings
    path: Path
    screen: Screen
    with_secrets: bool
    manifest: Manifest | None = None
    size_bytes: int = 0
    _missing: list[str] = field(default_factory=list)

    async def take(self) -> Manifest:
        """Everything as at one moment; raises Stop, and then nothing is left behind."""
        database = Database(self.settings.database_url, pool_size=1, application_name="throughline-backup")
        door = Door(database, lambda: datetime.now(UTC), uuid7, self.settings.zone)
        try:
            await door.read(system("backup"), take_survey, Survey(self._write))
        finally:
            await database.close()
        if self.manifest is None:
            raise AssertionError("the survey ends after its backup")
        return self.manifest

    async def _write(self, found: Holding, snapshot: str) -> None:
        taken_at = datetime.now(UTC)
        self._insist_on_room(found)
        writer = Writer(self.path)
        try:
            dump_by, dump_bytes = await self._dump(writer, found, snapshot)
            count, file_bytes = await self._copy_files(writer, found)
            held = await self._copy_secrets(writer)
            written = Written(dump_by, dump_bytes, count, file_bytes, tuple(self._missing), held)
            self.manifest = manifest_of(found, written, taken_at)
            await writer.add_bytes(MANIFEST, self.manifest.as_bytes())
            self.size_bytes = await writer.finish()
        finally:
            writer.discard()

    def _insist_on_room(self, found: Holding) -> None:
        """Before the first byte: the rows as they lie take more than a dump of them."""
        needed = found.table_bytes + sum(size or 0 for _, size in found.files) + _KEPT_FREE_BYTES
        free = shutil.disk_usage(self.path.parent).free
        if free < needed:
            raise Stop(
                f"The disk of {self.path.parent} has {megabytes(free)} free and the backup may need "
                f"{megabytes(needed)}; make room, or name another disk by --to."
            )

    async def _dump(self, writer: Writer, found: Holding, snapshot: str) -> tuple[int, int]:
        environ = os.environ
        copies = Folder(self.settings.data_dir).copies
        programs = find_clients(environ, account_for(environ), copies, found.server_major)
        with phase(self.screen, Text("数据库", "database")) as part:
            tables: list[str] = []

            def begun(table: str) -> None:
                tables.append(table)
                part.at(f"{len(tables)}/{len(found.counts)} {table}")

            dump = Dump(programs, self.settings.migration_database_url, snapshot, begun)
            size = await writer.add(DATABASE, dump.pieces())
            rows = sum(found.counts.values())
            told = Text(f"{len(found.counts)} 张表，{rows} 行", f"{len(found.counts)} tables, {rows} rows")
            part.said = f"{self.screen.of(told)}, {megabytes(size)}"
        return programs.major, size

    async def _copy_files(self, writer: Writer, found: Holding) -> tuple[int, int]:
        """Every file that the snapshot names; what is written later is not needed, and nothing is ever removed."""
        blobs, copied, length = open_blobs(self.settings.storage_url), 0, 0
        with phase(self.screen, Text("附件", "files")) as part:
            for number, (sha256, _) in enumerate(found.files, start=1):
                part.at(f"{number}/{len(found.files)} {megabytes(length)}")
                size = await self._copy_file(writer, blobs, sha256)
                if size is not None:
                    copied, length = copied + 1, length + size
            part.said = f"{copied}, {megabytes(length)}"
        return copied, length

    async def _copy_file(self, writer: Writer, blobs: Blobs, sha256: str) -> int | None:
        try:
            file = await blobs.open(sha256)
        except (BlobMissing, BlobDamaged):
            self._missing.append(sha256)
            return None
        except BlobsAway as away:
            raise Stop(f"The file store does not answer ({away}); try again when it does.") from None
        with file:
            return await writer.add(file_name(sha256), _pieces(file))

    async def _copy_secrets(self, writer: Writer) -> tuple[str, ...]:
        held = dict(secrets_of(self.settings)) if self.with_secrets else {}
        for name, content in held.items():
            await writer.add_bytes(name, content)
        return tuple(sorted({name.partition("/")[0] for name in held}))


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield piece


def thin_out(folder: Path, keep: int) -> Iterable[Path]:
    """Remove all but the newest backups of a folder, known by their names; answers what was removed."""
    old = sorted(folder.glob("throughline-*Z.tar"), reverse=True)[keep:]
    for path in old:
        path.unlink(missing_ok=True)
    return old
