from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.messages.templates import Message
from integrations.mailbox.client import Mailbox, MailboxFolder

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FIRST, SECOND = "01934b5e-7c00-7000-8000-000000000001", "01934b5e-7c01-7000-8000-000000000001"


async def test_a_message_lies_there_to_be_read_and_a_repeat_is_the_same_one(tmp_path: Path) -> None:
    folder = MailboxFolder(tmp_path / "mailbox")
    sms = Mailbox(folder, "sms", lambda: NOW)
    for _ in range(2):
        await sms.send(FIRST, "13900001234", Message("s", "订单已发货"))
    (letter,) = await folder.letters()
    assert (letter["id"], letter["channel"], letter["to"], letter["text"]) == (
        FIRST,
        "sms",
        "13900001234",
        "订单已发货",
    )


async def test_the_newest_come_first(tmp_path: Path) -> None:
    folder = MailboxFolder(tmp_path)
    mail = Mailbox(folder, "email", lambda: NOW)
    for effect_id in (FIRST, SECOND):
        await mail.send(effect_id, "a@b.example", Message(effect_id, ""))
    assert [letter["id"] for letter in await folder.letters()] == [SECOND, FIRST]
    assert [letter["id"] for letter in await folder.letters(limit=1)] == [SECOND]


async def test_an_empty_box_is_no_error(tmp_path: Path) -> None:
    assert await MailboxFolder(tmp_path / "none").letters() == []


async def test_nothing_but_an_id_becomes_a_file_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        await Mailbox(MailboxFolder(tmp_path), "sms", lambda: NOW).send("../../evil", "1", Message("s", "t"))
