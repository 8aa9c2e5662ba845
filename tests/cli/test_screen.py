from __future__ import annotations

import io

import pytest

from cli.screen import Screen, display_width, language_of, padded
from domain.text import Text


def test_chinese_takes_two_columns() -> None:
    assert display_width("待质检 QC") == 9
    assert padded("质检", 6) == "质检  "
    assert padded("too long", 3) == "too long"


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_GB"}, "zh"),
        ({}, "en"),
    ],
)
def test_speaks_the_language_of_the_terminal(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_columns_stand_under_each_other() -> None:
    out = io.StringIO()
    screen = Screen("zh", out)
    screen.step(1, "林小满 (销售)", "提交评审", "已签约 -> 评审中")
    screen.step(12, "admin", "cancel", "a -> b")
    first, second = out.getvalue().splitlines()
    assert display_width(first[: first.index("已签约")]) == display_width(second[: second.index("a -> b")])


def test_a_table_is_as_wide_as_its_widest_cells() -> None:
    out = io.StringIO()
    Screen("en", out).table([["a", "质检"], ["bbb", "x"]])
    assert out.getvalue() == "  a     质检\n  bbb   x\n"


def test_no_colours_where_nobody_looks() -> None:
    out = io.StringIO()
    Screen("en", out).bad("no")
    assert out.getvalue() == "no\n"


def test_colours_on_a_terminal_unless_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    Screen("en", out).good("yes")
    assert out.getvalue() == "\x1b[32myes\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    Screen("en", plain).good("yes")
    assert plain.getvalue() == "yes\n"


def test_says_both_kinds_of_texts() -> None:
    assert Screen("zh").of(Text("是", "yes")) == Screen("zh").of({"zh": "是", "en": "yes"}) == "是"
