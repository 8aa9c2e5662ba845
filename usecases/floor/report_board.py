"""What the reports of a chunk are about, read at once, as it stands while they are decided one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.floor.reading import Report, Unreadable
from domain.floor.report import decide
from domain.floor.shifts import Shift, shift_of
from domain.floor.situation import ArticleFacts, Decision, Reporter, Situation
from domain.floor.skew import Skew
from domain.floor.work_order import WorkOrder
from domain.refusals.floor import DEVICE_UNKNOWN
from persistence import devices, reports, work_centres, work_orders
from persistence.devices import Device
from persistence.reports import Photo
from persistence.tx import Tx
from persistence.work_orders import Written


@dataclass(slots=True)
class Outcome:
    """One report with what it came to; `event_ids` are what it did to its order."""

    report: Report
    decision: Decision
    at: datetime
    reporter: Reporter | None = None
    before: WorkOrder | None = None
    shift: str | None = None
    shift_date: date | None = None
    conflict_id: UUID | None = None
    resolves: UUID | None = None
    device_id: UUID | None = None
    event_ids: list[str] = field(default_factory=list)

    @property
    def sends_back(self) -> bool:
        """Whether pieces go back to be made again: what that does to their order depends on where the order is."""
        failed = self.report.kind == "inspect" and self.report.body["result"] == "fail"
        return self.decision.status == "applied" and (failed or self.report.kind == "rework")

    @property
    def moves_order(self) -> bool:
        """Whether it has to have a transaction of its own: its order may refuse it."""
        decision = self.decision
        return decision.action is not None or bool(decision.papers) or decision.acknowledges is not None


@dataclass(slots=True)
class Board:
    """Everything that a chunk of reports depends on."""

    tx: Tx
    device: Device | None
    skew: Skew
    shifts: Sequence[Shift]
    work_orders: dict[str, WorkOrder]
    articles: Mapping[str, ArticleFacts]
    photos: Mapping[str, Photo]
    orders: frozenset[str]
    was: dict[str, int] = field(default_factory=dict)

    def outcome(self, report: Report, *, overruled: bool = False, person: Reporter | None = None) -> Outcome:
        """What the report comes to as things stand; nothing is changed by asking."""
        at = self.skew.corrected(report.occurred_at, self.tx.now)
        reporter = person or self._reporter(report)
        work_order = self.work_orders.get(report.work_order) if report.work_order else None
        decision = decide(
            report,
            Situation(
                at=at,
                reporter=reporter,
                device=str(self.device.id) if self.device else None,
                trusted=self.device is None or self._sender_is_enrolled(),
                revoked=self.device is not None and self.device.revoked_at is not None,
                heard_at=self.device.pulled_at if self.device else None,
                heard_upto=self.device.pulled_upto if self.device else 0,
                skewed=self.skew.flagged,
                work_order=work_order,
                order_known=report.body.get("order_no") in self.orders,
                articles=self.articles,
                photos=self.photos,
                overruled=overruled,
            ),
        )
        conflict_id = self.tx.new_id() if decision.status == "conflict" else None
        shift, day = shift_of(at, self.shifts, self.tx.zone)
        device_id = self.device.id if self.device else None
        return Outcome(report, decision, at, reporter, work_order, shift, day, conflict_id, device_id=device_id)

    def take(self, outcome: Outcome) -> None:
        """The work order of an applied report stands as it left it."""
        after = outcome.decision.work_order
        if outcome.decision.status != "applied" or after is None or outcome.before is None:
            return
        self.was.setdefault(after.number, outcome.before.version)
        for code in [code for code, one in self.work_orders.items() if one.number == after.number]:
            self.work_orders[code] = after

    def written(self) -> list[Written]:
        """Work orders that changed, each with the version that was read."""
        return [Written(self.work_orders[number], was) for number, was in sorted(self.was.items())]

    def _sender_is_enrolled(self) -> bool:
        actor = self.tx.actor
        people = self.device.people if self.device else {}
        return actor.kind != "user" or UUID(actor.id) in people

    def _reporter(self, report: Report) -> Reporter | None:
        """The person that the report names, or whoever sends it. Without a device it is whoever asks."""
        if self.device is None:
            return reporter_of(self.tx.actor)
        person = report.by or (UUID(self.tx.actor.id) if self.tx.actor.kind == "user" else None)
        found = self.device.people.get(person) if person else None
        if found is None or found.disabled:
            return None
        return Reporter(found.id, found.name, found.standing.roles, found.standing.rights)


def reporter_of(actor: Actor) -> Reporter | None:
    """An actor as the one who reports; None for what is no person."""
    if actor.kind != "user":
        return None
    return Reporter(UUID(actor.id), actor.name, actor.roles, actor.rights)


async def open_board(tx: Tx, device_id: UUID | None, sent_at: datetime, listed: Sequence[Report | Unreadable]) -> Board:
    """Read what the reports are about. Raises DEVICE_UNKNOWN."""
    device = await devices.find(tx, device_id) if device_id else None
    if device_id and device is None:
        raise DEVICE_UNKNOWN()
    read = [report for report in listed if isinstance(report, Report)]
    bodies = [report.body for report in read]
    skus = {body["sku"] for body in bodies if "sku" in body}
    skus |= {lot["sku"] for body in bodies for lot in body.get("lots", ())}
    hashes = {sha256 for body in bodies for sha256 in body.get("photos", ())}
    hashes |= {body[name] for body in bodies for name in ("sha256", "signature", "voice") if name in body}
    found = await reports.articles(tx, skus)
    return Board(
        tx,
        device,
        Skew.of(sent_at, tx.now),
        await work_centres.shifts(tx),
        await work_orders.load_many(tx, sorted({body["work_order"] for body in bodies if "work_order" in body})),
        {sku: _counted(row) for sku, row in found.items()},
        await reports.photos(tx, hashes),
        frozenset(await reports.order_numbers(tx, {body["order_no"] for body in bodies if "order_no" in body})),
    )


def _counted(row: Mapping[str, Any]) -> ArticleFacts:
    return ArticleFacts(row["unit"], row["units"], {unit: Decimal(str(n)) for unit, n in row["pack"].items()})
