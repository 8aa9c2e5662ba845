"""`throughline voice`: a sentence a line in, a line of JSON out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from cli.main import main

CATALOGUE = Path(__file__).parents[1] / "voice" / "catalogue.json"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("VOICE_CATALOGUE", str(CATALOGUE))
    monkeypatch.setenv("VOICE_NOW", "2026-03-11T09:00")
    monkeypatch.setattr(sys, "stdin", io.StringIO("明天下午三点前出50件A33给万禾\n\n今天好热啊\n"))
    return monkeypatch


def test_each_line_is_answered(shell: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["voice"]) == 0
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["commands"] == [
        {
            "action": "issue_stock",
            "sku": "A33",
            "quantity": 50,
            "unit": "件",
            "customer": "万禾家居",
            "due": "2026-03-12T15:00",
        }
    ]
    assert 0 < first["confidence"] <= 1
    assert second["commands"] == third["commands"] == [{"action": "unknown"}]


def test_a_file_that_is_no_catalogue_is_told(
    shell: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.json").write_text("{}")
    shell.setenv("VOICE_CATALOGUE", str(tmp_path / "c.json"))
    assert main(["voice"]) == 2
    assert "is no catalogue" in capsys.readouterr().err


def test_a_time_that_is_none_is_told(shell: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shell.setenv("VOICE_NOW", "tomorrow")
    assert main(["voice"]) == 2
    assert "is no time" in capsys.readouterr().err
