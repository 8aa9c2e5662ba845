"""Folders that the servers' account can reach: as root, PostgreSQL runs as somebody else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.embedded.account import server_account
from cli.folder import Folder


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A prepared data folder, empty."""
    root = Path(tempfile.mkdtemp(prefix="throughline-cli-"))
    made = Folder(root / "data")
    root.chmod(0o711)
    made.prepare(server_account())
    yield made
    made.unlock()
    shutil.rmtree(root, ignore_errors=True)
