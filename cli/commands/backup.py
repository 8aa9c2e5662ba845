"""`throughline backup`: one file with everything of this installation as at one moment, while it runs."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.lent import servers_for
from cli.progress import megabytes
from cli.reach import insist_on_postgres, said_plainly
from cli.screen import Screen, language_of
from cli.stop import Stop
from domain.text import Text

if TYPE_CHECKING:
    from cli.backup.taking import Taking


def describe(parser: argparse.ArgumentParser) -> None:
    """Where to, and how many are kept."""
    parser.add_argument("--to", type=Path, metavar="PATH", help="a file, or a folder; else DATA_DIR/backups")
    parser.add_argument("--keep", type=int, metavar="N", help="afterwards remove all but the newest N of that folder")
    parser.add_argument("--without-secrets", action="store_true", help="leave out the key and the certificates")
    parser.add_argument("--lang", choices=("zh", "en"), help="else as the terminal's locale says")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 where everything is in it, 1 where files were missing in the store."""
    from cli.backup.taking import Taking, thin_out

    if arguments.keep is not None and arguments.keep < 1:
        raise Stop("--keep must be 1 or more.")
    screen = Screen(arguments.lang or language_of(os.environ))
    with servers_for(os.environ) as (settings, _):
        asyncio.run(insist_on_postgres(settings.migration_database_url, "THROUGHLINE_MIGRATION_DATABASE_URL"))
        path = _target(arguments.to or settings.data_dir / "backups")
        screen.title(f"{screen.of(Text('备份', 'Backup'))}  {path}")
        taking = Taking(settings, path, screen, with_secrets=not arguments.without_secrets)
        with said_plainly():
            asyncio.run(taking.take())
    _tell(screen, taking)
    if arguments.keep:
        removed = list(thin_out(path.parent, arguments.keep))
        screen.note(screen.of(Text(f"已删除 {len(removed)} 个旧备份", f"{len(removed)} older backups removed")))
    return 1 if taking.manifest and taking.manifest.missing else 0


def _target(wanted: Path) -> Path:
    """The file to write: a folder gets one that is named by the moment."""
    wanted = wanted.expanduser().resolve()
    if wanted.suffix != ".tar":
        wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
        wanted = wanted / f"throughline-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    if wanted.exists():
        raise Stop(f"{wanted} exists; name another file, or a folder.")
    if not wanted.parent.is_dir():
        raise Stop(f"There is no folder {wanted.parent}; make it, or name another.")
    return wanted


def _tell(screen: Screen, taking: Taking) -> None:
    """What there is now, what is in it, and what is not."""
    told = Text(f"备份完成，{megabytes(taking.size_bytes)}", f"The backup is whole, {megabytes(taking.size_bytes)}")
    screen.good(f"  {screen.of(told)}: {taking.path}")
    if taking.with_secrets:
        told = Text(
            "内含签名密钥与证书，请像密码一样保管（仅所有者可读）",
            "It holds the signing key and certificates: keep it like a password (only its owner may read it)",
        )
    else:
        told = Text(
            "不含签名密钥：恢复时需要 THROUGHLINE_SECRET_KEY",
            "The signing key is not in it: a restore needs THROUGHLINE_SECRET_KEY",
        )
    screen.note(screen.of(told))
    screen.note(
        screen.of(
            Text(
                "不含环境变量中的设置（ERP、短信、邮件的密码）与 Redis",
                "Not in it: settings of the environment (passwords of ERPs, SMS and mail), and Redis",
            )
        )
    )
    missing = taking.manifest.missing if taking.manifest else ()
    if missing:
        told = Text("文件库中缺失或损坏的附件", "files that the store lacks or has damaged")
        screen.bad(f"  {len(missing)} {screen.of(told)}: {', '.join(missing[:3])}")
