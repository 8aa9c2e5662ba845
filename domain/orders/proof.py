"""Proving one order: its history link by link and step by step, then the order as it is kept against it.

Nothing of the history is held but where it stands, so that a history of any length is proved in the same memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from domain.access.fields import FIELDS
from domain.orders.events import FIRST_PREVIOUS_HASH, StoredLink, link_problems
from domain.orders.ledger import Ledger
from domain.orders.money import computed_total, minor_digits, round_amount
from domain.orders.order import Order, Standing
from domain.workflow.document import Workflow
from domain.workflow.replay import candidates_of, step_problem

# What reading a forged event can come to.
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)

Check = Literal["chains", "standings", "transitions", "ledger", "money", "rights"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold, at which event (0: the order itself), in words for an operator."""

    check: Check
    seq: int
    problem: str


@dataclass(slots=True)
class Proof:
    """The proof of one order as its events are read, oldest first."""

    standing: Standing = field(default_factory=lambda: Standing(head_hash=FIRST_PREVIOUS_HASH))
    ledger: Ledger = field(default_factory=Ledger)
    workflow: str | None = None
    revision: int = 1

    def take(
        self, link: StoredLink, event: Mapping[str, Any], workflow: Workflow | None, roles: frozenset[str]
    ) -> list[Finding]:
        """One event, its workflow version (None: there is no such) and the roles that its actor has now."""
        try:
            return list(self._findings(link, event, workflow, roles))
        except _UNREADABLE as error:
            problem = f"does not say what an event must ({type(error).__name__}: {error})"
            return [Finding("chains", link.seq, problem)]
        finally:
            self.standing = Standing(link.seq, link.columns["to"], link.columns["held"], link.hash)
            self.workflow = event.get("workflow", self.workflow)
            self.revision = event.get("revision", self.revision)

    def _findings(
        self, link: StoredLink, event: Mapping[str, Any], workflow: Workflow | None, roles: frozenset[str]
    ) -> Iterator[Finding]:
        for problem in link_problems(link, self.standing.version + 1, self.standing.head_hash):
            yield Finding("chains", link.seq, problem)
        yield from (Finding("transitions", link.seq, problem) for problem in self._step_problems(event, workflow))
        yield from (Finding("rights", link.seq, problem) for problem in right_problems(event, roles))
        ways = candidates_of(workflow, event) if workflow else []
        effects = [spec.kind for way in ways for spec in way.move.effects]
        self.ledger.take(event, ships_rest="ship_remaining" in effects)

    def _step_problems(self, event: Mapping[str, Any], workflow: Workflow | None) -> Iterator[str]:
        if workflow is None:
            yield f"there is no workflow {event['workflow']}"
            return
        if self.workflow not in (None, event["workflow"]) and event["type"] != "WorkflowMoved":
            yield f"changes the workflow from {self.workflow} to {event['workflow']}"
        if problem := self._revision_problem(event):
            yield problem
        if problem := step_problem(workflow, self.standing.stage or None, self.standing.held, event):
            yield problem

    def _revision_problem(self, event: Mapping[str, Any]) -> str | None:
        """A change makes the next revision, and nothing else does; a part that was split off begins at its parent's."""
        if self.standing.version == 0:
            return None
        due = self.revision + (event["type"] == "OrderChanged")
        return None if event["revision"] == due else f"is of revision {event['revision']}, not {due}"

    def close(self, order: Order, workflow: Workflow | None) -> Iterator[Finding]:
        """The order as it is kept, against what its history came to."""
        told = {
            "version": self.standing.version,
            "stage": self.standing.stage,
            "held": self.standing.held,
            "head_hash": self.standing.head_hash,
            "workflow": self.workflow,
            "revision": self.revision,
        }
        for name, value in told.items():
            if getattr(order, name) != value:
                problem = f"the order says {name} {getattr(order, name)}, its history says {value}"
                yield Finding("standings", self.standing.version, problem)
        if workflow and workflow.has_stage(order.stage) and workflow.stage(order.stage).category != order.category:
            yield Finding("standings", 0, f"{order.category} is not the category of stage {order.stage}")
        yield from (Finding("ledger", 0, problem) for problem in self.ledger.problems(order))
        yield from (Finding("money", 0, problem) for problem in money_problems(order, self.ledger.splits))


def money_problems(order: Order, splits: int) -> Iterator[str]:
    """Where the amounts do not add up. A split leaves each part's rounding, so it may shift a line by a minor unit."""
    tolerance = splits * Decimal(1).scaleb(-minor_digits(order.currency))
    for line in order.lines:
        computed = round_amount(line.quantity * line.unit_price, order.currency)
        if abs(computed - line.amount) > tolerance:
            yield f"line {line.line}: {line.quantity:f} x {line.unit_price:f} is {computed:f}, not {line.amount:f}"
    amounts = [line.amount for line in order.lines]
    computed = computed_total(
        amounts, order.discounts, order.fees, order.shipping, order.tax, tax_included=order.tax_included
    )
    if computed != order.total:
        yield f"lines - discounts + fees + shipping + tax is {computed:f}, the total says {order.total:f}"


def right_problems(event: Mapping[str, Any], roles: frozenset[str]) -> Iterator[str]:
    """Fields that an edit or a change wrote without the right to, by the role that acted and the actor's roles now.

    What a change writes is asked for by its proposer, whose roles it names, and only then approved by another.
    """
    if event["type"] == "OrderEdited":
        role, written = event["actor"].get("role"), _edited(event["payload"]["changed"])
        standing = roles | {str(role)}
    elif event["type"] == "OrderChanged":
        standing, written = frozenset(event["payload"]["proposed_roles"]), event["payload"]["fields"]
        role = ", ".join(sorted(standing))
    else:
        return
    for name in sorted(written):
        if name in FIELDS and not standing & FIELDS[name].write:
            yield f"{name} was written by the role {role}, which may not"


# What follows from what was written, and was not written itself.
_DERIVED = {"total", "amount"}


def _edited(changed: Mapping[str, Any]) -> Iterable[str]:
    in_lines = {name for line in changed.get("lines", ()) for name in line}
    return (changed.keys() | in_lines) - {"lines", "line"} - _DERIVED
