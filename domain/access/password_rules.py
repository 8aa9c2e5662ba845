"""Which passwords people may choose: long, not common, not made of their own names; no rule about kinds of letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zxcvbn import zxcvbn

from domain.refusals.kinds import FieldProblem
from domain.text import Text

SHORTEST, LONGEST = 10, 256
# With as many tries as the limits of signing in allow, this takes a guesser longer than anybody works somewhere.
FEWEST_GUESSES = 10**6
_LOOKED_AT = 72  # what comes later makes no password easier to guess, and the estimate costs the square of the length
_SHORTEST_WORD = 4
_LEFT = 8
# What is chosen often here and is in no list of English words.
_COMMON = (
    *("throughline", "yidandaodi", "woaini", "5201314", "1314520", "woaini1314", "a123456", "a123456789", "qq123456"),
    *("abc123456", "admin", "admin123", "admin@123", "qwe123", "asd123", "zxc123", "aa123456", "nihao", "gongchang"),
)
_EASY = Text("太常见或太有规律，容易被猜到", "is too common or too regular, and easily guessed")
_PERSONAL = Text("主要由姓名或账号组成，容易被猜到", "is mostly made of the person's own names, and easily guessed")


def password_problems(password: str, pointer: str, about: Sequence[str | None]) -> list[FieldProblem]:
    """What speaks against a password of somebody with these names (login, name, mail); an empty list lets it pass."""
    if _is_personal(password, list(_words(about))):
        return [FieldProblem(pointer, "password_personal", _PERSONAL)]
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=[*_words(about), *_COMMON])
    return [FieldProblem(pointer, "password_easy", _EASY)] if found["guesses"] < FEWEST_GUESSES else []


def _words(about: Sequence[str | None]) -> Iterator[str]:
    for text in about:
        for word in (text, *(text or "").replace("@", " ").split()):
            if word:
                yield word.casefold()


def _is_personal(password: str, words: Sequence[str]) -> bool:
    """Whether little is left of it without their names."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            rest = rest.replace(word, "")
    return rest != password.casefold() and len(rest) < _LEFT
