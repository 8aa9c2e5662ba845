"""`throughline seed` as a command: only for a demo, quiet where there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cli.main import main
from tests.factory import Factory
from tests.support.servers import apart
from wiring.settings import Settings


@pytest.fixture
def seed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("THROUGHLINE_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("THROUGHLINE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("THROUGHLINE_DEMO", "1")
    return lambda *words: main(["seed", *words])


async def _use(settings: Settings) -> None:
    factory = await Factory.open(settings.database_url)
    await factory.an_order()
    await factory.close()


def test_an_installation_that_is_no_demo_is_never_seeded(
    seed: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THROUGHLINE_DEMO", "0")
    assert seed() == 2
    assert "THROUGHLINE_DEMO=1" in capsys.readouterr().err


def test_says_that_a_factory_in_use_is_left_alone_and_nothing_if_only_asked_for_an_empty_one(
    seed: Callable[..., int], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    apart(_use(settings))
    assert seed() == 0
    assert "nothing was seeded" in capsys.readouterr().out
    assert seed("--if-empty") == 0
    assert capsys.readouterr().out == ""
