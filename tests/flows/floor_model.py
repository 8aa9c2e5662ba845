"""What the floor is, said a second time and in another way: the reference that its histories are held against.

Written from product.md and contract-shapes.md; it shares no code with the domain. One `Floor` knows every report that
was ever decided, every work order and order, and decides the next report by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
WORKING = {"start", "resume", "complete", "inspect"}
BEGINS = {"start", "pause", "resume", "complete"}
# What each kind needs, by the roles that have it.
ROLES = {"inspect": {"quality"}}
WORKERS = {"production", "quality", "warehouse"}


@dataclass
class Step:
    """One operation: what passed it, what was lost there, who told what when."""

    good: Decimal = ZERO
    scrap: Decimal = ZERO
    back: Decimal = ZERO
    closed: bool = False
    touched: bool = False
    told: list[tuple[datetime, Decimal, Decimal, str]] = field(default_factory=list)


@dataclass
class Job:
    """A work order. `revision` is that of its order, `altered` the one that last made it another work."""

    order: str
    quantity: Decimal
    steps: dict[str, Step]
    passed: bool | None = None
    line: int = 1
    sku: str = ""
    revision: int = 1
    altered: int = 1
    cancelled: bool = False

    def incoming(self, code: str) -> Decimal:
        """What has reached a step."""
        codes = list(self.steps)
        place = codes.index(code)
        return self.quantity if place == 0 else self.steps[codes[place - 1]].good

    def finished(self, code: str) -> bool:
        """Whether a step, and so every one before it, has nothing left to do."""
        for one, step in self.steps.items():
            done = step.closed or (step.good + step.scrap >= self.incoming(one) and self._before_done(one))
            if one == code:
                return done
        raise KeyError(code)

    def _before_done(self, code: str) -> bool:
        codes = list(self.steps)
        place = codes.index(code)
        return place == 0 or self.finished(codes[place - 1])

    @property
    def begun(self) -> bool:
        """Whether anybody has worked on it."""
        return any(step.touched for step in self.steps.values())

    @property
    def done(self) -> bool:
        """Whether the last step is finished, or as much came out of it as is wanted."""
        return not self.cancelled and (self.finished(list(self.steps)[-1]) or 0 < self.quantity <= self.good)

    @property
    def good(self) -> Decimal:
        """What came out."""
        return list(self.steps.values())[-1].good


@dataclass
class Change:
    """An order change in force: the work orders that it made another work, and who has still to say they know."""

    id: str
    number: int
    revision: int
    at: datetime
    altered: set[str]
    touched: frozenset[str]
    waiting: set[str]


@dataclass
class Floor:
    """Everything that was decided. `verdicts` by report id: status and code; `heard` when a device last asked."""

    jobs: dict[str, Job] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    verdicts: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)
    lines: dict[str, dict[int, tuple[str, Decimal]]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)

    def take(
        self, report: Mapping[str, Any], *, device: str, roles: frozenset[str], at: datetime, overruled: bool = False
    ) -> tuple[str, str | None]:
        """Decide a report that has come; the verdict as its device hears it."""
        self.numbers.setdefault(device, set()).add(report["seq"])
        known = self.verdicts.get(report["id"])
        if known is not None:
            return ("duplicate", known[1]) if known[0] == "applied" else known
        verdict = self._verdict(report, device, roles, at, overruled=overruled)
        self.verdicts[report["id"]] = verdict
        return verdict

    def gaps(self, device: str) -> list[list[int]]:
        """Runs of numbers below the highest that have not come."""
        seen = self.numbers.get(device, set())
        missing = [n for n in range(1, max(seen, default=0)) if n not in seen]
        runs: list[list[int]] = []
        for n in missing:
            if runs and runs[-1][1] == n - 1:
                runs[-1][1] = n
            else:
                runs.append([n, n])
        return runs

    def let_through(self, report: Mapping[str, Any], *, device: str, roles: frozenset[str], at: datetime) -> str | None:
        """A planner applies what waited: None where it is applied, else the code of what still stands against it."""
        status, code = self._verdict(report, device, roles, at, overruled=True)
        return None if status == "applied" else code

    def _verdict(
        self, report: Mapping[str, Any], device: str, roles: frozenset[str], at: datetime, *, overruled: bool
    ) -> tuple[str, str | None]:
        kind, body = report["kind"], report["body"]
        job = self.jobs.get(body["work_order"])
        if kind == "ack_change":
            return self._acknowledged_by(body, job, device, roles, overruled=overruled)
        against = self._against(kind, body, job, device, roles, at, overruled=overruled)
        if against is not None or job is None:
            heard = against == "revision_not_acknowledged" and self._had_heard(body, device, at)
            return "rejected" if heard else "conflict", against
        code = self._act(kind, body, job, roles, overruled=overruled)
        if code is not None:
            return "conflict", code
        return "applied", self._apply(kind, body, job, device, roles, at)

    def _against(
        self,
        kind: str,
        body: Mapping[str, Any],
        job: Job | None,
        device: str,
        roles: frozenset[str],
        at: datetime,
        *,
        overruled: bool,
    ) -> str | None:
        """What speaks against it before anything is done."""
        if not overruled and device in self.revoked:
            return "device_revoked"
        if not overruled and kind != "note" and not roles & ROLES.get(kind, WORKERS):
            return "report_right_missing"
        if job is None:
            return "work_order_unknown"
        if body.get("operation", next(iter(job.steps))) not in job.steps:
            return "operation_unknown"
        back = kind == "rework" or (kind == "inspect" and body["result"] == "fail")
        good = job.steps[_from(kind, body, job)].good if back else ZERO
        stale = self.stop_of(body["work_order"]) or body.get("revision", job.revision) < job.altered
        against = {
            "work_order_cancelled": job.cancelled and kind not in {"pause", "note"},
            "revision_not_acknowledged": not overruled and kind in WORKING and bool(stale),
            "rework_too_large": back and not 0 < Decimal(body.get("quantity", good)) <= good,
            "work_order_held": not overruled and job.order in self.held and kind in WORKING,
            "work_order_open": not overruled and kind == "inspect" and not back and not job.done,
        }
        found = next((code for code, holds in against.items() if holds), None)
        if found or overruled or kind not in WORKING - {"inspect"}:
            return found
        return self._against_step(kind, body, job, device, at)

    def _against_step(self, kind: str, body: Mapping[str, Any], job: Job, device: str, at: datetime) -> str | None:
        code = body["operation"]
        if code != next(iter(job.steps)) and job.incoming(code) == 0 and not job._before_done(code):
            return "operation_out_of_order"
        if kind != "complete":
            return "operation_done" if job.finished(code) else None
        good, scrap = Decimal(body["good"]), Decimal(body.get("scrap", "0"))
        step = job.steps[code]
        left = max(job.incoming(code) - step.good - step.scrap, ZERO)
        alike = [one for one in step.told[-10:] if one[1:3] == (good, scrap)]
        near = [one for one in alike if abs(one[0] - at) < timedelta(seconds=20 if one[3] == device else 300)]
        if near or (alike and good + scrap > left):
            return "possible_duplicate"
        if good + scrap > left:
            return "over_reported"
        told = sum((Decimal(reason["quantity"]) for reason in body.get("scrap_reasons", ())), ZERO)
        return "scrap_reasons_differ" if told != scrap else None

    def stop_of(self, number: str) -> Change | None:
        """The newest change that made the work order another work, and that somebody has not acknowledged."""
        found = [one for one in self.changes.get(self.jobs[number].order, ()) if one.waiting and number in one.altered]
        return found[-1] if found and not self.jobs[number].cancelled else None

    def waits(self, order: str) -> bool:
        """Whether somebody has still to acknowledge a change of the order."""
        return any(one.waiting for one in self.changes.get(order, ()))

    def _had_heard(self, body: Mapping[str, Any], device: str, at: datetime) -> bool:
        stop = self.stop_of(body["work_order"])
        if stop is None:
            return False
        heard = self.heard.get(device)
        return body.get("revision", 0) >= stop.revision or (heard is not None and stop.at <= heard <= at)

    def _acknowledged_by(
        self, body: Mapping[str, Any], job: Job | None, device: str, roles: frozenset[str], *, overruled: bool
    ) -> tuple[str, str | None]:
        """Somebody says on a phone that they know of a change: for every department of theirs that it touches."""
        if device in self.revoked and not overruled:
            return "conflict", "device_revoked"
        assert job is not None
        change = next(one for one in self.changes[job.order] if one.id == body["change_id"])
        if not roles & change.touched:
            return "conflict", "role_not_allowed"
        self.acknowledge(job.order, change, roles)
        return "applied", None

    def acknowledge(self, order: str, change: Change, roles: frozenset[str]) -> None:
        """When nobody has to hear any more, the order goes where the work has come meanwhile."""
        change.waiting -= roles
        self.catch_up(order)

    def catch_up(self, order: str) -> None:
        """The order goes where its work is, if nothing holds it: work was begun, or nothing is left to make."""
        jobs = [job for job in self.jobs.values() if job.order == order and not job.cancelled]
        if order in self.held or self.waits(order) or not jobs:
            return
        if self.stages[order] == "scheduled" and any(job.begun for job in jobs):
            self.stages[order] = "in_production"
        if self.stages[order] == "in_production" and all(job.done for job in jobs):
            self.stages[order] = "awaiting_qc"

    def _act(
        self, kind: str, body: Mapping[str, Any], job: Job, roles: frozenset[str], *, overruled: bool
    ) -> str | None:
        """What the order says to a report that is a business action; it has moved where nothing is said."""
        stage = self.stages[job.order]
        fails = kind == "inspect" and body["result"] == "fail"
        if kind == "inspect" and not fails:
            others = [one for one in self.jobs.values() if one.order == job.order and one is not job]
            if not job.done or not all(one.cancelled or (one.done and one.passed) for one in others):
                return None
            return self._move(job.order, stage, roles, "awaiting_qc", "qc_passed", {"quality"})
        if fails and stage == "awaiting_qc":
            return self._move(job.order, stage, roles, "awaiting_qc", "in_production", {"quality"})
        if (fails or kind == "rework") and stage in {"awaiting_qc", "qc_passed"}:
            return self._move(job.order, stage, roles, stage, "in_production", {"quality", "production"}, work=False)
        if (fails or kind == "rework") and stage == "cancelled":
            return "action_not_allowed_in_stage"
        return None

    def _move(
        self,
        order: str,
        stage: str,
        roles: frozenset[str],
        from_stage: str,
        to_stage: str,
        allowed: set[str],
        *,
        work: bool = True,
    ) -> str | None:
        """Move the order, or say why not. `work` goes on only when everybody knows what it is."""
        if order in self.held:
            return "order_held"
        if stage != from_stage:
            return "action_not_allowed_in_stage"
        if not roles & allowed:
            return "role_not_allowed"
        if work and self.waits(order):
            return "revision_not_acknowledged"
        self.stages[order] = to_stage
        return None

    def _apply(
        self, kind: str, body: Mapping[str, Any], job: Job, device: str, roles: frozenset[str], at: datetime
    ) -> str | None:
        """Do it; answers the code of why the order did not follow, where it did not."""
        was_done, refused = job.done, None
        if kind in BEGINS:
            job.steps[body["operation"]].touched = True
        if kind in {"start", "complete"} and self.stages[job.order] == "scheduled":
            refused = self._move(job.order, "scheduled", roles, "scheduled", "in_production", {"production"})
        if kind == "complete":
            step = job.steps[body["operation"]]
            good, scrap = Decimal(body["good"]), Decimal(body.get("scrap", "0"))
            step.good, step.scrap = step.good + good, step.scrap + scrap
            step.told.append((at, good, scrap, device))
            step.closed = step.closed or body.get("last", False)
        if kind == "rework" or (kind == "inspect" and body["result"] == "fail"):
            self._send_back(kind, body, job)
        if kind == "inspect":
            job.passed = body["result"] == "pass"
        siblings = [one for one in self.jobs.values() if one.order == job.order and not one.cancelled]
        if job.done and not was_done and all(one.done for one in siblings) and kind == "complete":
            stage = self.stages[job.order]
            if stage == "in_production":
                refused = self._move(job.order, stage, roles, stage, "awaiting_qc", {"production"}) or refused
        return refused

    @staticmethod
    def _send_back(kind: str, body: Mapping[str, Any], job: Job) -> None:
        first = _from(kind, body, job)
        quantity = Decimal(body.get("quantity", job.steps[first].good))
        for code in list(job.steps)[list(job.steps).index(first) :]:
            step = job.steps[code]
            back = min(step.good, quantity)
            if back:
                step.good, step.back, step.closed = step.good - back, step.back + back, False
        if kind == "rework":
            job.passed = None


def _from(kind: str, body: Mapping[str, Any], job: Job) -> str:
    """The step from which pieces go back."""
    last = list(job.steps)[-1]
    return str(body.get("rework_operation", last) if kind == "inspect" else body["operation"])
