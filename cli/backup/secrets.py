"""What an installation knows that no database holds: the key it signs by, and the certificates that phones trust."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from cli.backup.archive import SECRETS, Sound
from cli.folder import Folder, write_private
from wiring.settings import Settings

_TLS = "tls"


def secrets_of(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Members of a backup: name and content. Passwords of servers stay out; each installation has its own."""
    yield SECRETS, (json.dumps({"secret_key": settings.secret_key}, indent=2) + "\n").encode()
    folder = settings.data_dir / _TLS
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file():
            yield f"{_TLS}/{path.name}", path.read_bytes()


def key_in(sound: Sound) -> str | None:
    """The key that a backup holds, or None where it was taken without secrets."""
    return str(json.loads(sound.text(SECRETS))["secret_key"]) if SECRETS in sound.sizes else None


def adopt_key(folder: Folder, key: str) -> None:
    """An installation with servers of its own signs by this key from its next start on; its passwords stay."""
    write_private(folder.root / "secrets.json", json.dumps(asdict(replace(folder.secrets(), secret_key=key)), indent=2))


def bring_certificates(root: Path, sound: Sound) -> int:
    """Lay a backup's certificates where there are none yet; says how many files that were."""
    names = [name for name in sound.sizes if name.startswith(f"{_TLS}/")]
    folder = root / _TLS
    if folder.exists() or not names:
        return 0
    folder.mkdir(mode=0o700)
    for name in names:
        write_private(folder / Path(name).name, sound.text(name))
    return len(names)
