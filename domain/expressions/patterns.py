r"""The patterns that a form may hold: bounded, and read as JSON Schema means them.

Rust's engine matches in linear time but compiles a pattern anew for every text, and what compiling costs grows with
the pattern's expanded size: `(x{30}){30}` is 900 characters. Its `\w` has thousands of ranges where that of ECMA-262,
by which JSON Schema goes, has four; so the classes are written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MAX_CHARACTERS = 200
MAX_WEIGHT = 400
_CLASSES: Mapping[str, str] = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[0-9A-Za-z_]",
    "W": "[^0-9A-Za-z_]",
    "s": r"[\t\n\v\f\r \u{a0}\u{feff}\u{3000}]",
    "S": r"[^\t\n\v\f\r \u{a0}\u{feff}\u{3000}]",
}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(
    r"""
    (?P<atom>\\x[0-9A-Fa-f]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\])
  | (?P<open>\((?:\?(?:[imsU-]*[:)]|P?<[A-Za-z_]\w*>))?)
  | (?P<close>\))
  | (?P<count>\{(?P<least>\d*),?(?P<most>\d*)\}\??)
  | (?P<repeat>[*+?]\??|[|^$])
  | (?P<any>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def spelled_out(pattern: str) -> str:
    """The pattern with its classes as ECMA-262 has them. Raises ValueError for classes by Unicode property."""
    if any(match[1] in "pP" for match in _ESCAPE.finditer(pattern)):
        raise ValueError("classes by Unicode property are not supported")
    return _ESCAPE.sub(lambda match: _CLASSES.get(match[1], match[0]), pattern)


def weight(pattern: str) -> int:
    """How many characters the pattern has once its counted repetitions are written out."""
    groups: list[list[int]] = [[0]]
    for match in _PIECE.finditer(pattern):
        current = groups[-1]
        if match["open"] is not None:
            groups.append([0])
        elif match["close"] is not None and len(groups) > 1:
            groups.pop()
            groups[-1].append(sum(current))
        elif match["count"] is not None:
            current[-1] *= max(1, int(match["most"] or match["least"] or 1))
        elif match["repeat"] is None:
            current.append(1)
    return sum(map(sum, groups))
