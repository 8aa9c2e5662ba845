"""A token by which all calls to one system sign in: kept until shortly before its end, asked for once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from integrations.ports import ErpFailed

AGAIN_BEFORE = timedelta(minutes=5)
REFUSED = "login_refused"

Found = TypeVar("Found")


@dataclass
class KeptToken:
    """`ask` signs in: the token, and for how long it holds. A login that was refused is not tried again."""

    ask: Callable[[], Awaitable[tuple[str, timedelta]]]
    clock: Callable[[], datetime]
    _token: str | None = field(default=None, repr=False)
    _until: datetime | None = None
    _refused: str | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def through(self, call: Callable[[str], Awaitable[Found]]) -> Found:
        """What a call gives; where its token was not taken, what a second one gives with a new token. Raises ErpFailed.

        So a call may be made twice, but what signs in is judged before anything is done there.
        """
        token = await self._get(None)
        try:
            return await call(token)
        except ErpFailed as failed:
            if not failed.needs_login:
                raise
        return await call(await self._get(token))

    async def _get(self, lost: str | None) -> str:
        async with self._asking:
            if self._refused is not None:
                raise ErpFailed(REFUSED, self._refused, alert=True)
            if self._token is None or self._token == lost or self._ended():
                await self._sign_in()
            return str(self._token)

    def _ended(self) -> bool:
        return self._until is None or self._until <= self.clock()

    async def _sign_in(self) -> None:
        try:
            token, lasts = await self.ask()
        except ErpFailed as failed:
            if failed.reason == REFUSED:
                self._refused = failed.problem
            raise
        self._token, self._until = token, self.clock() + max(lasts - AGAIN_BEFORE, lasts / 2)
