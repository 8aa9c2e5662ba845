"""Files over HTTP: what is taken, what comes back, and that nothing else happens on the way."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api.support import Api, an_order, problem, serve
from tests.simulators.s3 import s3_bucket
from tests.support.files import SAMPLES, pdf, picture, vast_png, workbook
from wiring.settings import Settings

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MiB = 1024 * 1024


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def an_order_no(api: Api) -> str:
    number: str = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    return number


async def sent(api: Api, name: str, content: bytes, order_no: str | None = None, **headers: str) -> httpx.Response:
    place = f"/orders/{order_no or await an_order_no(api)}/attachments"
    files = {"file": (name, content, "text/html")}
    return await api.request("POST", place, role="sales", data={"kind": "drawing"}, files=files, headers=headers)


async def stored(api: Api, name: str, content: bytes) -> str:
    answer = await sent(api, name, content)
    assert answer.status_code == 201, answer.text
    return f"/attachments/{answer.json()['attachment']['id']}"


@pytest.mark.parametrize("name", SAMPLES)
async def test_what_a_factory_sends_comes_back_as_it_was(api: Api, name: str) -> None:
    place = await stored(api, name, SAMPLES[name])
    given = await api.get(place, role="driver")
    assert given.content == SAMPLES[name]
    assert given.headers["content-type"] != "text/html"
    assert given.headers["content-type"].split("/")[0] in {"application", "image", "model"}
    assert given.headers["content-disposition"].startswith("attachment; ")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert given.headers["cache-control"] == "private, no-cache"
    assert given.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.svg", SVG, 415, "file_type_unsupported"),
        ("a.html", SVG, 415, "file_type_unsupported"),
        ("a", pdf(), 415, "file_type_unsupported"),
        ("a.png", SVG, 422, "file_content_differs"),
        ("a.pdf", b"<script>alert(1)</script>" + pdf(), 422, "file_content_differs"),
        ("a.png", vast_png(50_000, 50_000), 422, "image_too_large"),
        ("a.xlsx", workbook(**{"xl/sheet.xml": b"\0" * 20_000_000}), 422, "archive_excessive"),
    ],
)
async def test_what_is_refused_says_which_field_and_leaves_nothing(
    api: Api, name: str, content: bytes, status: int, code: str
) -> None:
    order_no = await an_order_no(api)
    kept = blobs_of(api)
    body = problem(await sent(api, name, content, order_no), status, code)
    assert [error["pointer"] for error in body["errors"]] == ["/file"]
    assert blobs_of(api) == kept
    assert (await api.get(f"/orders/{order_no}", role="admin")).json()["version"] == 1


def blobs_of(api: Api) -> set[Path]:
    folder = api.parts.settings.data_dir / "blobs"
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/cron.d/plan.pdf", "plan.pdf"),
        ("C:\\Users\\li\\图纸.pdf", "图纸.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("a'b;c%41.pdf", "a'b;c%41.pdf"),
        ("=HYPERLINK(1).pdf", "=HYPERLINK(1).pdf"),
    ],
)
async def test_a_name_is_kept_as_text_and_used_for_nothing(api: Api, given: str, kept: str) -> None:
    answer = await sent(api, given, pdf(given))
    assert answer.json()["attachment"]["file_name"] == kept
    names = {path.name for path in blobs_of(api)}
    assert all(len(name) == 64 and name.isalnum() for name in names)
    file = await api.get(f"/attachments/{answer.json()['attachment']['id']}", role="sales")
    said = file.headers["content-disposition"]
    assert said.isascii()
    assert said.endswith(f"filename*=UTF-8''{quote(kept, safe='')}")
    assert said.count('"') == 2
    assert "\n" not in said


@pytest.mark.parametrize("name", ["", "\u202efdp.exe.pdf", "a\u200b.pdf"])
async def test_a_name_that_misleads_is_refused(api: Api, name: str) -> None:
    answer = await sent(api, name, pdf())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/file"


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-6", 206, slice(-6, None)),
        ("bytes=0-999999", 200, slice(None)),
        ("bytes=9999999-", 200, slice(None)),
        ("bytes=4-2", 200, slice(None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=" + "9" * 400 + "-", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
async def test_one_range_is_given_and_any_other_wish_gets_the_whole(
    api: Api, asked: str, status: int, part: slice
) -> None:
    content = pdf("range")
    place = await stored(api, "a.pdf", content)
    given = await api.get(place, role="sales", headers={"range": asked})
    assert given.status_code == status
    assert given.content == content[part]
    assert given.headers["content-length"] == str(len(content[part]))
    assert ("content-range" in given.headers) == (status == 206)


async def test_what_the_reader_has_already_is_not_sent_again(api: Api) -> None:
    place = await stored(api, "a.pdf", pdf())
    tag = (await api.get(place, role="sales")).headers["etag"]
    assert (await api.get(place, role="sales", headers={"if-none-match": tag})).status_code == 304
    other = {"range": "bytes=0-1", "if-range": '"another"'}
    assert (await api.get(place, role="sales", headers=other)).status_code == 200


async def test_a_file_that_was_changed_on_disk_is_not_given_out_and_the_log_says_so(
    api: Api, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    place = await stored(api, "contract.pdf", pdf("signed"))
    assert (await api.get(place, role="sales")).status_code == 200
    sha256 = (await api.get(place, role="sales")).headers["etag"].strip('"')
    path = next(path for path in blobs_of(api) if path.name == sha256)
    path.write_bytes(pdf("forged"))
    with caplog.at_level(logging.ERROR):
        problem(await api.get(place, role="sales"), 404, "file_damaged")
    assert "file_damaged" in caplog.text + capsys.readouterr().out
    path.unlink()
    problem(await api.get(place, role="sales"), 404, "not_found")


async def test_an_upload_is_never_whole_in_memory(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every read is a piece, with a key as without; the body of a form is nowhere put together."""

    async def whole(_: Any) -> bytes:
        raise AssertionError("the body was read whole")

    order_no = await an_order_no(api)
    await api.as_("sales")
    monkeypatch.setattr("starlette.requests.Request.body", whole)
    answer = await sent(api, "a.pdf", pdf("x" * 3 * MiB), order_no, **{"idempotency-key": "upload-1"})
    assert answer.status_code == 201, answer.text
    again = await sent(api, "a.pdf", pdf("x" * 3 * MiB), order_no, **{"idempotency-key": "upload-1"})
    assert again.headers["idempotent-replayed"] == "true"
    other = await sent(api, "a.pdf", pdf("y" * 3 * MiB), order_no, **{"idempotency-key": "upload-1"})
    problem(other, 422, "idempotency_key_reused")


async def test_too_large_a_file_is_refused_while_it_still_streams(api: Api) -> None:
    order_no = await an_order_no(api)
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        while read < 200 * MiB:
            read += MiB
            yield b" " * MiB

    headers = {**await api.as_("sales"), "content-type": "multipart/form-data; boundary=x"}
    kept = blobs_of(api)
    answer = await api.http.post(f"/api/v1/orders/{order_no}/attachments", content=endless(), headers=headers)
    problem(answer, 413, "body_too_large")
    assert read < 70 * MiB
    assert blobs_of(api) == kept


async def test_a_full_disk_is_told_before_anything_is_stored(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    class Space:
        total, free = 100 * 1024 * MiB, 100 * MiB

    monkeypatch.setattr("integrations.blobs.folder.shutil.disk_usage", lambda _: Space)
    problem(await sent(api, "a.pdf", pdf()), 507, "disk_full")


async def test_files_lie_in_a_bucket_where_the_setting_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    monkeypatch.setattr("integrations.blobs.bucket._RETRY", {"max_retries": 0})
    with s3_bucket("papers") as bucket:
        async with serve(settings, storage_url=bucket.url) as api:
            place = await stored(api, "view.png", picture())
            assert list(bucket.objects.values()) == [picture()]
            assert (await api.get(place, role="sales")).content == picture()
            bucket.objects = dict.fromkeys(bucket.objects, b"other")
            problem(await api.get(place, role="sales"), 404, "file_damaged")
            bucket.away = True
            answer = await api.get(place, role="sales")
            problem(answer, 503, "files_unavailable")
            assert answer.headers["retry-after"]
            problem(await sent(api, "a.pdf", pdf()), 503, "files_unavailable")
