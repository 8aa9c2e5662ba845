"""What Throughline asks of the outside, in its own words. A folder beside this file speaks each system's language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import IO, Protocol

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.messages.templates import Message
from domain.orders.reconciliation import LedgerEntry
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute


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


class BlobsAway(Exception):
    """The store does not answer; trying again later may help."""


class BlobsFull(Exception):
    """The store has no room, or keeps what is left of it for the database."""


class FileRefused(Exception):
    """A file is not taken. `reason`: type_unknown, content_differs, too_many_pixels or archive_excessive."""

    def __init__(self, reason: str, **facts: int) -> None:
        super().__init__(reason)
        self.reason, self.facts = reason, facts


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was stored: the SHA-256 in lower-case hex, and how many bytes."""

    sha256: str
    size_bytes: int


class Blobs(Protocol):
    """Files under the SHA-256 of their bytes: the same bytes are stored once, and are never changed.

    Everything may raise BlobsAway; what stores may raise BlobsFull.
    """

    async def put(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredBlob:
        """Stores what streams in; it is there, durably, when this returns. Raises BlobTooLarge."""

    async def put_bytes(self, content: bytes) -> StoredBlob:
        """Stores bytes that are in memory anyway."""

    async def read(self, sha256: str) -> bytes:
        """All bytes, checked. Raises BlobMissing, BlobDamaged."""

    async def open(self, sha256: str) -> IO[bytes]:
        """A file of the bytes, checked before the first is given away; the caller closes it. Raises as `read`."""

    async def sweep(self) -> int:
        """Removes what uploads left behind that died on the way; says how many."""

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


@dataclass(frozen=True, slots=True)
class Changed:
    """A record of a channel, and when it last changed there. `body` None: it has to be fetched by its number."""

    external_id: str
    changed_at: datetime
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """`next_page` None: this was the last page. `headers` say of the bodies what those of a delivery would."""

    records: Sequence[Changed]
    next_page: str | None
    headers: Mapping[str, str] = field(default_factory=dict)


class Lister(Protocol):
    """Tells what changed at a shop, so that what it never delivered is found."""

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the records that changed in between, `page` being what the page before named. Raises SendFailed.

        Every record is on some page, also where others change meanwhile; one may be on several.
        """


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


class ErpFailed(Exception):
    """An ERP gave no usable answer. `reason` is a stable code; `alert`: a person has to see to it.

    `number` is a document that exists already, `fields` are those that were refused.
    """

    def __init__(
        self,
        reason: str,
        problem: str,
        *,
        retryable: bool = False,
        needs_login: bool = False,
        alert: bool = False,
        number: str | None = None,
        fields: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{reason}: {problem}")
        self.reason, self.problem, self.retryable = reason, problem, retryable
        self.needs_login, self.alert, self.number, self.fields = needs_login, alert, number, tuple(fields)


class NotDoneThere(ErpFailed):
    """A system is not asked for this at all: its adapter does not do it, or cannot do it honestly."""

    def __init__(self, what: str) -> None:
        super().__init__("not_done_there", what)


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One row of a stock list: `row` names it within its system, so that pages that overlap do not count twice."""

    row: str
    material: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockPage:
    """What may be used of what is there. `next_start` None: this was the last page."""

    rows: Sequence[CountedRow]
    next_start: int | None


@dataclass(frozen=True, slots=True)
class MaterialPage:
    """Master data. `until` is the newest change among them, in the system's own words, for the next time."""

    materials: Sequence[Described]
    next_start: int | None
    until: str | None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Documents of the ledger that name an order. `next_place` None: this was the last page; `unassigned` named none.

    `until` is how far this reading came, in the system's own words, for the next time.
    """

    entries: Sequence[LedgerEntry]
    next_place: str | None
    until: str | None
    unassigned: int = 0


class Erp(Protocol):
    """A factory's ERP. Every call raises ErpFailed, and never answers 'nothing' for a failure.

    What a system is not asked for raises NotDoneThere; stock and materials are asked of every one.
    """

    async def materials(self, since: str | None, start: int) -> MaterialPage:
        """Materials changed since (None: all), a page from row `start` on."""

    async def substitutes(self) -> Sequence[Substitute]:
        """Everything that may stand for something else."""

    async def stock(self, start: int) -> StockPage:
        """What is there, a page from row `start` on."""

    async def ledger(self, since: str | None, place: str | None) -> LedgerPage:
        """Invoices, credit notes, receipts and refunds since (None: all), a page from `place` (None: the first) on."""

    async def orders(self, numbers: Sequence[str]) -> Mapping[str, OrderThere]:
        """Which of these orders it has, by our numbers."""

    async def tell_order(self, order: ToldOrder) -> None:
        """Make it know the order and where it stands; told again, nothing more happens."""

    async def tell_shipment(self, order: ToldOrder, shipment: ToldShipment) -> None:
        """Make it know what left; told again, nothing more happens."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A body is its sender's. `dedupe_key` is equal on every repeat of one delivery; empty, its bytes tell repeats.

    `ping`: the sender only tries the address; there is nothing to read.
    """

    dedupe_key: str
    shop: str = ""
    topic: str = ""
    ping: bool = False


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


class AddressRefused(Exception):
    """An address that may not be called. `reason`: not_an_address, not_https, port_not_allowed or inside_address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a called address answered: its status, after how long, the beginning of its answer, when to come back."""

    status: int
    ms: int
    answer: bytes
    retry_after: timedelta


class Webhooks(Protocol):
    """Calls addresses outside, and none inside."""

    async def check(self, url: str) -> None:
        """Judges an address before it is kept. Raises AddressRefused."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Calls once. Raises SendFailed where nothing was answered, AddressRefused where nothing may be called."""


class IssuerAway(Exception):
    """A single sign-on issuer does not answer, or not as one; trying again later may help."""


class NotVouched(Exception):
    """A single sign-on issuer does not vouch for whoever came back from it. The text is for the log."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom an issuer vouches for: its own name for them, what they are called, and a mail address that it verified."""

    issuer: str
    subject: str
    name: str
    email: str | None = None


class Issuer(Protocol):
    """A single sign-on issuer."""

    async def sign_in_url(self, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to sign in there. Raises IssuerAway."""

    async def redeem(self, code: str, nonce: str, verifier: str) -> Vouched:
        """Whom the issuer vouches for by this code. Raises IssuerAway, NotVouched."""

    async def close(self) -> None:
        """Give the connections back."""
