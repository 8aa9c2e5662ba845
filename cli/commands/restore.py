"""`throughline restore`: an installation as it was when a backup was taken, proved before it is handed over."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cli.folder import Folder
from cli.lent import servers_for
from cli.progress import megabytes, phase
from cli.reach import insist_on_postgres, said_plainly
from cli.screen import Screen, language_of
from cli.stop import Stop
from domain.text import Text
from wiring.settings import Settings, data_dir_of, role_of

if TYPE_CHECKING:
    from cli.backup.archive import Sound
    from cli.backup.manifest import Manifest
    from cli.installation import Servers


def describe(parser: argparse.ArgumentParser) -> None:
    """Which backup, and how far to go."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `throughline backup` wrote")
    parser.add_argument("--check", action="store_true", help="only read the backup and compare it with its sums")
    parser.add_argument("--replace", action="store_true", help="even where there is an installation: it is replaced")
    parser.add_argument(
        "--drill", action="store_true", help="a rehearsal: nothing that waited in the backup is sent outside"
    )
    parser.add_argument("--lang", choices=("zh", "en"), help="else as the terminal's locale says")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 where the restored installation is proved, 1 where the proof finds anything."""
    from cli.backup.bringing import Bringing, manifest_in

    screen = Screen(arguments.lang or language_of(os.environ))
    began = time.monotonic()
    screen.title(f"{screen.of(Text('恢复', 'Restore'))}  {arguments.file}")
    sound = _checked(arguments.file, screen)
    manifest = manifest_in(sound)
    _introduce(manifest, screen)
    if arguments.check:
        screen.good(f"  {screen.of(Text('备份完好', 'The backup is sound'))}")
        return 0
    if Folder(data_dir_of(os.environ)).is_held():
        raise Stop("Throughline runs on this data folder; stop it first (Ctrl-C), then restore.")
    with servers_for(os.environ) as (settings, servers):
        asyncio.run(insist_on_postgres(settings.migration_database_url, "THROUGHLINE_MIGRATION_DATABASE_URL"))
        own = servers is not None
        bringing = Bringing(settings, sound, manifest, screen, own, arguments.replace, arguments.drill)
        with said_plainly():
            asyncio.run(bringing.bring())
        _bring_secrets(settings, servers, sound, screen)
        _bring_up_to_date(settings, screen)
        holds = _prove(settings, screen)
    _conclude(screen, manifest, time.monotonic() - began, holds=holds)
    return 0 if holds else 1


def _checked(path: Path, screen: Screen) -> Sound:
    from cli.backup.archive import check

    read = 0
    with phase(screen, Text("校验", "checksums")) as part:

        def tell(count: int) -> None:
            nonlocal read
            read += count
            part.at(megabytes(read))

        sound = check(path, tell)
        part.said = f"{len(sound.sizes)} {screen.of(Text('项', 'members'))}, {megabytes(read)}"
    return sound


def _introduce(manifest: Manifest, screen: Screen) -> None:
    screen.fact(Text("时刻", "taken at"), manifest.taken_at)
    screen.fact(Text("版本", "version"), f"Throughline {manifest.throughline}, PostgreSQL {manifest.postgres}")
    held = Text(
        f"{manifest.orders} 张订单，{manifest.files} 个附件", f"{manifest.orders} orders, {manifest.files} files"
    )
    screen.fact(Text("内容", "holds"), screen.of(held))
    if manifest.missing:
        told = Text("备份时已缺失的附件", "files that were missing already")
        screen.bad(f"  {len(manifest.missing)} {screen.of(told)}")


def _bring_secrets(settings: Settings, servers: Servers | None, sound: Sound, screen: Screen) -> None:
    from cli.backup.secrets import adopt_key, bring_certificates, key_in

    key = key_in(sound)
    if servers is not None:
        servers.note_seeded()
        if key:
            adopt_key(servers.folder, key)
    bring_certificates(settings.data_dir, sound)
    if key is None or (servers is None and key != settings.secret_key):
        screen.bad(
            "  "
            + screen.of(
                Text(
                    "密钥不是备份时的密钥：登录、工牌、Webhook 密钥与二次验证将失效。请把 THROUGHLINE_SECRET_KEY "
                    "设为原值（备份内 secrets.json）",
                    "The signing key is not the one of the backup: sign-ins, badges and webhook secrets would not "
                    "hold. Set THROUGHLINE_SECRET_KEY as it was (secrets.json in the backup)",
                )
            )
        )


def _bring_up_to_date(settings: Settings, screen: Screen) -> None:
    from cli.commands.migrate import publish_builtin, upgrade

    with phase(screen, Text("升级", "migrations")) as part:
        upgrade(settings.migration_database_url, role_of(settings))
        asyncio.run(publish_builtin(settings))
        part.said = screen.of(Text("结构为最新", "the shape is up to date"))


def _prove(settings: Settings, screen: Screen) -> bool:
    from cli.commands.verify import show, verify

    screen.title(screen.of(Text("验证", "Proof")))
    with said_plainly():
        tallies = asyncio.run(verify(settings, show))
    return all(tally.holds for tally in tallies)


def _conclude(screen: Screen, manifest: Manifest, seconds: float, *, holds: bool) -> None:
    told = (
        Text("已恢复，全部成立", "Restored, and everything holds")
        if holds
        else Text("已恢复，但有不成立之处（见上）", "Restored, but not everything holds (see above)")
    )
    (screen.good if holds else screen.bad)(f"  {screen.of(told)} ({seconds:.1f} s)")
    screen.note(
        screen.of(Text("启动：throughline up（或 api 与 worker）", "Start it by: throughline up (or api and worker)"))
    )
    screen.note(
        screen.of(
            Text(
                f"{manifest.taken_at} 之后吊销的密钥、设备与停用的人员又恢复有效，请复查",
                f"Keys and devices revoked and people disabled after {manifest.taken_at} are valid again: look through "
                "them",
            )
        )
    )
