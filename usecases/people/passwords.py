"""Passwords: hashed by Argon2id in a thread, never inside a transaction, and with the same work for every name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from domain.access.password_rules import password_problems
from domain.refusals.general import FIELD_INVALID, TOO_MANY_REQUESTS

Cost = Literal["full", "minimal"]
Result = TypeVar("Result")

# OWASP's cheat sheet: 19 MiB, two passes. `minimal` is for tests, where a thousand logins must not take a minute.
_HASHERS: dict[Cost, Callable[[], Argon2Hasher]] = {
    "full": lambda: Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),
    "minimal": lambda: Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),
}
_AT_ONCE = 2
_MAY_WAIT = 100


class Passwords:
    """Hashes and verifies; a flood of logins waits, then is refused, and never takes every core and all memory."""

    def __init__(self, cost: Cost = "full") -> None:
        self._hash = PasswordHash((_HASHERS[cost](),))
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """The text to keep instead of the password."""
        return await self._in_turn(lambda: self._hash.hash(password))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether it is the one; for nobody (`kept` None) always False, after the same work."""
        return await self._in_turn(lambda: self._fits(password, kept))

    def _fits(self, password: str, kept: str | None) -> bool:
        decoy = self._decoy
        try:
            return self._hash.verify(password, kept or decoy) and kept is not None
        except UnknownHashError:
            return False

    @cached_property
    def _decoy(self) -> str:
        return self._hash.hash("nobody's password")

    async def insist_on_good(self, password: str, pointer: str, about: Sequence[str | None]) -> None:
        """Raises FIELD_INVALID for a password that is easily guessed; `about` are the names of whose it is to be."""
        problems = await self._in_turn(lambda: password_problems(password, pointer, about))
        if problems:
            raise FIELD_INVALID(*problems, summary=pointer)

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= _MAY_WAIT:
            raise TOO_MANY_REQUESTS()
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
