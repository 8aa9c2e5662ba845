"""A mailbox that is a folder: what a demo installation sends instead of mail and SMS, one JSON file each.

A file is named by the outbox row's id, so that a send repeated after a crash overwrites itself.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.messages.templates import Message


class MailboxFolder:
    """The folder, and what lies in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def drop(self, letter: dict[str, Any]) -> None:
        """Write one message; it is whole or not there."""
        await asyncio.to_thread(self._write, letter)

    async def letters(self, limit: int = 1000) -> list[dict[str, Any]]:
        """The newest messages, newest first."""
        return await asyncio.to_thread(self._read, limit)

    def _write(self, letter: dict[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{letter['id']}.json"
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_text(json.dumps(letter, ensure_ascii=False, indent=1), encoding="utf-8")
        partial.replace(path)

    def _read(self, limit: int) -> list[dict[str, Any]]:
        # UUIDv7 names sort by the time they were made.
        paths = sorted(self._folder.glob("*.json"), key=lambda path: path.name, reverse=True)[:limit]
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


class Mailbox:
    """A messenger that drops into the folder. `channel` is what it stands in for: email or sms."""

    def __init__(self, folder: MailboxFolder, channel: str, clock: Callable[[], datetime]) -> None:
        self._folder, self._channel, self._clock = folder, channel, clock

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Drops the message; answers its own id."""
        await self._folder.drop(
            {
                "id": str(UUID(effect_id)),
                "channel": self._channel,
                "to": to,
                "subject": message.subject,
                "text": message.text,
                "sent_at": self._clock().isoformat(),
            }
        )
        return effect_id
