"""What is shown of calls is what came, and no secret, in whatever form it stands there."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import httpx
import pytest

from integrations.recording import MOST_BYTES, Recording

TOKEN, SECRET = "a+b/c=token", 'key+of/the"house'


async def recorded(answers: list[httpx.Response], secrets: list[str], urls: list[str]) -> Recording:
    """What was recorded of these calls."""
    recording = Recording(secrets)
    async with recording.of(httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answers.pop(0)))) as http:
        for url in urls:
            await http.get(url)
    return recording


async def test_an_answer_is_shown_as_it_came() -> None:
    (shown,) = (await recorded([httpx.Response(502, html="<html>离线</html>")], [], ["http://erp/list?page=1"])).shown()
    assert (shown["method"], shown["url"], shown["status"]) == ("GET", "http://erp/list?page=1", 502)
    assert (shown["answer"], shown["cut"]) == ("<html>离线</html>", False)


async def test_no_secret_is_shown_however_it_is_written() -> None:
    signed_in = {"token": {"id": TOKEN, "expiresIn": 7200}, "name": "material"}
    answers = [httpx.Response(200, json=signed_in), httpx.Response(200, text=json.dumps({"echo": SECRET, "t": TOKEN}))]
    urls = [f"http://erp/sign-in?app_secret={quote_plus(SECRET)}", f"http://erp/list?access_token={quote_plus(TOKEN)}"]
    recording = await recorded(answers, [SECRET], urls)
    said = json.dumps(recording.shown(), ensure_ascii=False)
    for form in (TOKEN, quote_plus(TOKEN), SECRET, quote_plus(SECRET), json.dumps(SECRET)[1:-1], "of/the"):
        assert form not in said
    assert "7200" in said
    assert "material" in said
    assert recording.masked(f"refused: {TOKEN}") == "refused: ***"


async def test_a_long_answer_is_cut_and_still_read_whole() -> None:
    recording = Recording([])
    answer = httpx.Response(200, content=b"x" * (MOST_BYTES + 1))
    async with recording.of(httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))) as http:
        assert len((await http.get("http://erp/")).content) == MOST_BYTES + 1
    (shown,) = recording.shown()
    assert (len(shown["answer"]), shown["cut"]) == (MOST_BYTES, True)


async def test_where_nobody_answers_the_call_is_shown_without_an_answer() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody is there")

    recording = Recording([])
    async with recording.of(httpx.AsyncClient(transport=httpx.MockTransport(away))) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("http://erp/")
    (shown,) = recording.shown()
    assert (shown["status"], shown["answer"]) == (None, "")
