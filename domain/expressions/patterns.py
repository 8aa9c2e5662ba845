r"""Bounds of the patterns that a form may hold.

Rust's engine matches in linear time but compiles a pattern anew for every text, and what compiling costs grows with
the pattern's expanded size: `(\w{30}){30}` is 900 copies of a class with thousands of characters.
"""

from __future__ import annotations

import re

MAX_CHARACTERS = 200
MAX_WEIGHT = 400
_LARGE_CLASS = 10
_PIECE = re.compile(
    r"""
    (?P<escape>\\(?:[pP]\{[^}]*\}|[pP].|x[0-9A-Fa-f]{2}|.))
  | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
  | (?P<open>\((?:\?(?:[imsU-]*[:)]|P?<[A-Za-z_]\w*>))?)
  | (?P<close>\))
  | (?P<count>\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}\??)
  | (?P<repeat>[*+?]\??)
  | (?P<zero>[|^$])
  | (?P<any>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def weight(pattern: str) -> int:
    """How many characters the pattern has once its counted repetitions are written out; large classes count ten."""
    groups: list[list[int]] = [[0]]
    for match in _PIECE.finditer(pattern):
        kind = match.lastgroup if match["count"] is None else "count"
        current = groups[-1]
        if kind == "open":
            groups.append([0])
        elif kind == "close" and len(groups) > 1:
            groups.pop()
            groups[-1].append(sum(current))
        elif kind == "count":
            current[-1] *= max(1, int(match["most"] or match["least"] or 1))
        elif kind not in ("repeat", "zero"):
            current.append(_LARGE_CLASS if _large(match.group()) else 1)
    return sum(map(sum, groups))


def _large(piece: str) -> bool:
    return (
        piece == "." or piece.startswith("[^") or (piece[0] == "\\" and piece[1] in "wWsSdDpP") or "\\" in piece[1:-1]
    )
