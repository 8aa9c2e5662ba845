from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from domain.messages.templates import Message
from integrations.mail.client import Mail, SmtpServer, compose
from integrations.ports import SendFailed
from tests.simulators.smtp import SmtpSimulator

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ID = "01934b5e-7c00-7000-8000-000000000001"
HELLO = Message("订单 SO100001 待质检", "订单 SO100001 已报完工，请质检。")


@pytest.fixture
async def server() -> AsyncIterator[SmtpSimulator]:
    async with SmtpSimulator().running() as running:
        yield running


def mail_to(server: SmtpSimulator) -> Mail:
    return Mail(SmtpServer.parse(server.url), "一单到底 <line@factory.example>", lambda: NOW)


async def test_a_mail_arrives_in_chinese_with_an_id_made_of_the_effect(server: SmtpSimulator) -> None:
    told = await mail_to(server).send(ID, "wang@example.com", HELLO)
    (mail,) = server.mails
    assert (mail["Subject"], mail.get_content().strip()) == (HELLO.subject, HELLO.text)
    assert mail["Message-ID"] == told == f"<{ID}@factory.example>"
    assert (mail["To"], mail["From"].addresses[0].display_name) == ("wang@example.com", "一单到底")


async def test_a_repeat_carries_the_same_id(server: SmtpSimulator) -> None:
    mail = mail_to(server)
    assert await mail.send(ID, "wang@example.com", HELLO) == await mail.send(ID, "wang@example.com", HELLO)


def test_on_the_wire_it_is_plain_ascii() -> None:
    raw = compose(ID, "line@factory.example", "wang@example.com", HELLO, NOW).as_bytes()
    assert raw.isascii()
    assert b"=?utf-8?" in raw


@pytest.mark.parametrize(
    ("answer", "final"),
    [("451 4.7.1 greylisted, come back later", False), ("550 5.1.1 mailbox unknown", True), ("421 busy", False)],
)
async def test_4xx_is_tried_again_and_5xx_is_final(server: SmtpSimulator, answer: str, final: bool) -> None:
    server.answers.append(answer)
    with pytest.raises(SendFailed) as caught:
        await mail_to(server).send(ID, "wang@example.com", HELLO)
    assert caught.value.final is final
    assert answer[:3] in caught.value.problem


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(SendFailed) as caught:
        await Mail(SmtpServer.parse("smtp://127.0.0.1:1"), "a@b.example", lambda: NOW).send(ID, "c@d.example", HELLO)
    assert not caught.value.final


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d.example", "a b@c.example, d@e.example", "*@*"])
async def test_what_is_no_address_is_final_and_nothing_is_sent(server: SmtpSimulator, address: str) -> None:
    with pytest.raises(SendFailed) as caught:
        await mail_to(server).send(ID, address, HELLO)
    assert caught.value.final
    assert server.mails == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example:2525", ("mail.example", 2525, False, True, None, None)),
        ("smtps://u%40x:p%2Fw@mail.example", ("mail.example", 465, True, False, "u@x", "p/w")),
        ("smtp://localhost", ("localhost", 587, False, False, None, None)),
    ],
)
def test_urls(url: str, expected: tuple[object, ...]) -> None:
    found = SmtpServer.parse(url)
    assert (found.host, found.port, found.tls, found.starttls, found.user, found.password) == expected
