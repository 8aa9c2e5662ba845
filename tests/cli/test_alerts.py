"""`throughline alerts evaluate`: what the worker does every minute, done now from a shell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import structlog

from cli.main import main
from tests.factory import Factory
from tests.support.servers import apart
from wiring.settings import Settings

LATER = "2126-01-01T00:00:00Z"


@pytest.fixture
def throughline(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """The command on this test's database, where one order waits for its review."""
    for name in ("database_url", "redis_url", "secret_key", "data_dir"):
        monkeypatch.setenv(f"THROUGHLINE_{name.upper()}", str(getattr(settings, name)))
    apart(_furnish(settings))
    yield lambda *words: main(list(words))
    structlog.reset_defaults()


async def _furnish(settings: Settings) -> None:
    factory = await Factory.open(settings.database_url)
    await factory.an_order()
    await factory.close()


def test_rules_are_run_as_if_it_were_another_time(
    throughline: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert throughline("alerts", "evaluate", "--json", "--now", LATER) == 0
    assert json.loads(capsys.readouterr().out)["rules"]["order_idle"] == {"due": 1, "opened": 1, "ended": 0}
    assert throughline("alerts", "evaluate", "--now", LATER) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("order_idle"))
    assert line.split() == ["order_idle", "due", "到期", "1", "opened", "新增", "0", "ended", "解除", "0"]


@pytest.mark.parametrize(("given", "said"), [("tomorrow", "is no time"), ("2026-11-24T08:00:00", "has no zone")])
def test_a_time_that_is_none_is_said(
    throughline: Callable[..., int], capsys: pytest.CaptureFixture[str], given: str, said: str
) -> None:
    assert throughline("alerts", "evaluate", "--now", given) == 2
    assert said in capsys.readouterr().err
