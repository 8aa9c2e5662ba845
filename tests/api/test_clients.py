"""The apps for browsers, as they are served: what may be kept, what may run, and what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from api import clients
from tests.api.support import Api


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built app: a page, a script with its hash in its name, a compressed copy of it, a service worker."""
    folder = tmp_path / "dist" / "floor"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html>floor</html>")
    (folder / "sw.js").write_text("self")
    (folder / "assets" / "main-abc.js").write_text("plain")
    (folder / "assets" / "main-abc.js.br").write_bytes(b"packed")
    (tmp_path / "dist" / "stamp").write_text("secret")
    monkeypatch.setattr(clients, "BUILT", tmp_path / "dist")
    return folder


@pytest.mark.parametrize(
    "path", ["/floor/", "/floor/orders/SO100001", "/floor/w/token", "/floor/stock/CU.T", "/floor/sw.js"]
)
async def test_pages_are_asked_for_again_each_time_and_run_nothing_from_elsewhere(
    api: Api, built: Path, path: str
) -> None:
    answer = await api.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_carries_its_hash_is_kept_for_good_and_travels_compressed(api: Api, built: Path) -> None:
    packed = await api.http.get("/floor/assets/main-abc.js", headers={"accept-encoding": "br"})
    plain = await api.http.get("/floor/assets/main-abc.js", headers={"accept-encoding": "identity"})
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["content-encoding"] == "br"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert plain.text == "plain"
    assert "accept-encoding" in plain.headers["vary"].lower()


@pytest.mark.parametrize(
    "path",
    [
        "/floor/assets/gone.js",
        "/floor/gone.js",
        "/floor/../stamp",
        "/floor/%2e%2e/stamp",
        "/floor/a%00b.js",
        "/elsewhere/",
    ],
)
async def test_what_is_not_there_is_not_answered_by_a_page(api: Api, built: Path, path: str) -> None:
    answer = await api.http.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_address_without_its_slash_leads_on(api: Api, built: Path) -> None:
    answer = await api.http.get("/floor")
    assert (answer.status_code, answer.headers["location"]) == (308, "/floor/")


async def test_without_built_clients_the_page_says_how_to_build_them(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "BUILT", tmp_path)
    answer = await api.http.get("/console/")
    assert answer.status_code == 404
    assert "make run" in answer.text
