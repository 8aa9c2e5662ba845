"""What Throughline asks of the outside, in its own words. A folder beside this file speaks each system's language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.messages.templates import Message


class SendFailed(Exception):
    """The outside did not take it. `final`: trying again cannot help; else not before `retry_after` has passed."""

    def __init__(self, problem: str, *, final: bool = False, retry_after: timedelta = timedelta(0)) -> None:
        super().__init__(problem)
        self.problem, self.final, self.retry_after = problem, final, retry_after


class Messenger(Protocol):
    """Carries a message to one address over one channel."""

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Sends, and answers the provider's own id where it gives one. Raises SendFailed.

        `effect_id` stays the same when a send is repeated after a crash; a provider that can is told it, so that the
        person hears once.
        """


class BlobMissing(Exception):
    """The store has no bytes under that SHA-256."""


class BlobDamaged(Exception):
    """The bytes found are no longer those that their SHA-256 names."""


class BlobTooLarge(Exception):
    """More bytes than the caller allows; nothing is kept."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was stored: the SHA-256 in lower-case hex, and how many bytes."""

    sha256: str
    size_bytes: int


class Blobs(Protocol):
    """Files under the SHA-256 of their bytes: the same bytes are stored once, and are never changed."""

    async def put(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredBlob:
        """Stores what streams in; it is there, durably, when this returns. Raises BlobTooLarge."""

    async def put_bytes(self, content: bytes) -> StoredBlob:
        """Stores bytes that are in memory anyway."""

    async def read(self, sha256: str) -> bytes:
        """All bytes, checked. Raises BlobMissing, BlobDamaged."""

    def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes in pieces; BlobDamaged is raised after the last piece, so that a reader can break off."""

    async def check(self) -> None:
        """Proves that the store can be written to. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a channel answered, byte for byte."""

    body: bytes
    content_type: str


class Fetcher(Protocol):
    """Reads what a hint only names, from the channel it came from."""

    async def fetch(self, external_id: str, shop: str) -> Fetched:
        """The record as the channel holds it now. Raises SendFailed."""


class FetchFailed(SendFailed):
    """A channel refused to be read. `needs_login`: its authorisation has ended; `alert`: tell an administrator."""

    def __init__(
        self,
        problem: str,
        *,
        final: bool = False,
        retry_after: timedelta = timedelta(0),
        needs_login: bool = False,
        alert: bool = False,
    ) -> None:
        super().__init__(problem, final=final, retry_after=retry_after)
        self.needs_login, self.alert = needs_login, alert


@dataclass(frozen=True, slots=True)
class Verified:
    """A body is its sender's. `dedupe_key` is equal on every repeat of one delivery."""

    dedupe_key: str
    shop: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class SignatureRefused:
    """A body is not proven to be its sender's. `reason`: no_secret, header_missing, header_malformed, mismatch, too_old
    or in_the_future.
    """

    reason: str


class Sender(Protocol):
    """Checks that a body came from the channel. Header names may be in any case; `now` is aware."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified | SignatureRefused:
        """Judges the exact bytes that came. Never raises."""
