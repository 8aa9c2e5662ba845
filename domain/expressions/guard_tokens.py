"""The words of a guard: CEL's, without doubles, unsigned numbers and bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from domain.expressions.guard_problems import GuardInvalid, mistake

_TOKEN = re.compile(
    r"""
    (?P<blank>(?:[ \t\r\n\f]|//[^\n]*)+)
  | (?P<double>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<unsigned>(?:0x[0-9a-fA-F]+|\d+)[uU]\b)
  | (?P<int>0x[0-9a-fA-F]+|\d+)
  | (?P<bytes>(?:[bB][rR]?|[rR][bB])["'])
  | (?P<string>[rR]'''(?s:.*?)'''|[rR]\"\"\"(?s:.*?)\"\"\"|[rR]"[^"\r\n]*"|[rR]'[^'\r\n]*'
      |'''(?s:\\.|[^\\])*?'''|\"\"\"(?s:\\.|[^\\])*?\"\"\"|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])
    """,
    re.VERBOSE | re.ASCII,
)


class Token(NamedTuple):
    """One word of the source; `kind` is a group of `_TOKEN`, or `end`."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> Iterator[Token]:
    """Every word but blanks and comments, then one of kind `end`. Raises GuardInvalid at the first that is none."""
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise unexpected(source[at], at)
        kind = match.lastgroup or "blank"
        _refuse_kind(kind, at)
        if kind != "blank":
            yield Token(kind, match.group(), at)
        at = match.end()
    yield Token("end", "", at)


def _refuse_kind(kind: str, at: int) -> None:
    if kind in ("double", "unsigned"):
        raise mistake("guard_number", "只能用整数，金额用最小货币单位", "whole numbers only; money in minor units", at)
    if kind == "bytes":
        raise mistake("guard_syntax", "不支持字节串", "bytes are not supported", at)


def unexpected(text: str, at: int) -> GuardInvalid:
    """The mistake of a word that cannot stand where it does; the empty word is the end."""
    if not text:
        return mistake("guard_syntax", "条件不完整", "the guard ends too early", at)
    return mistake(
        "guard_syntax", f"第 {at + 1} 个字符处不应出现“{text}”", f"'{text}' is not expected at character {at + 1}", at
    )
