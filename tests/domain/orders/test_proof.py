from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders.events import FIRST_PREVIOUS_HASH, StoredLink, canonical_text, chain_hash
from domain.orders.proof import Finding, Proof, money_problems, right_problems
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow
from tests.makers import a_line, an_order

STANDARD = next(Workflow.parse(one) for one in builtin_workflows() if one["key"] == "standard")
PLAIN: dict[str, Any] = {
    "order_no": "SO100001", "held": False, "actor": {"kind": "user", "id": "1", "role": "sales"}, "evidence": [],
    "payload": {}, "revision": 1, "workflow": "standard@1",
}  # fmt: skip
OPENED = {
    "type": "OrderOpened", "action": None, "from": None, "to": "signed",
    "payload": {"total": "200.00", "lines": [{"line": 1, "quantity": "2"}]},
}  # fmt: skip
SUBMITTED = {"type": "ActionPerformed", "action": "submit_review", "from": "signed", "to": "in_review"}


def chain(*events: dict[str, Any]) -> list[tuple[StoredLink, dict[str, Any]]]:
    links, before = [], FIRST_PREVIOUS_HASH
    for seq, event in enumerate(events, 1):
        body = {**PLAIN, "seq": seq, **event}
        text = canonical_text(body)
        columns = {name: body[name] for name in ("seq", "type", "action", "from", "to", "held")}
        links.append((StoredLink(seq, text, before, chain_hash(before, text), columns), body))
        before = links[-1][0].hash
    return links


def proved(links: list[tuple[StoredLink, dict[str, Any]]], proof: Proof) -> list[Finding]:
    return [finding for link, body in links for finding in proof.take(link, body, STANDARD, frozenset())]


def test_a_whole_history_and_the_order_that_follows_from_it_hold() -> None:
    links, proof = chain(OPENED, SUBMITTED), Proof()
    assert proved(links, proof) == []
    order = an_order(lines=(a_line(),), stage="in_review", version=2, head_hash=links[-1][0].hash)
    assert list(proof.close(order, STANDARD)) == []


def test_an_order_that_stands_elsewhere_is_found_in_each_field() -> None:
    links, proof = chain(OPENED), Proof()
    proved(links, proof)
    order = an_order(stage="in_review", version=2, held=True, category="shipping", revision=3)
    found = [finding.problem for finding in proof.close(order, STANDARD) if finding.check == "standings"]
    assert [problem.split()[3] for problem in found[:5]] == ["version", "stage", "held", "head_hash", "revision"]
    assert found[5:] == ["shipping is not the category of stage in_review"]


def test_an_event_that_says_nothing_readable_is_a_finding_and_the_proof_goes_on() -> None:
    (first, _), second = chain(OPENED, SUBMITTED)
    empty = replace(first, canonical="{}", hash=chain_hash(first.prev_hash, "{}"))
    proof = Proof()
    assert proof.take(empty, {}, STANDARD, frozenset())[0].problem.startswith("does not say what an event must")
    assert proof.standing.version == 1
    assert [finding.problem for finding in proof.take(*second, STANDARD, frozenset())] == [
        "prev_hash is not the hash of the event before"
    ]


def test_an_event_of_a_workflow_that_does_not_exist_is_found() -> None:
    [(link, body)] = chain({**OPENED, "workflow": "secret@1"})
    assert Proof().take(link, body, None, frozenset()) == [Finding("transitions", 1, "there is no workflow secret@1")]


def test_a_split_may_leave_a_cent_of_rounding_and_no_more() -> None:
    order = an_order(lines=(a_line(amount=Decimal("200.01")),))
    assert list(money_problems(order, splits=1)) == []
    assert len(list(money_problems(order, splits=0))) == 1


def test_an_edit_needs_a_role_that_may_write_the_field_then_or_now() -> None:
    edit = {"type": "OrderEdited", "actor": {"role": "design"}, "payload": {"changed": {"cost": [None, "1"]}}}
    assert list(right_problems(edit, frozenset())) == ["cost was written by the role design, which may not"]
    assert list(right_problems(edit, frozenset({"finance"}))) == []


def test_what_follows_from_an_edit_needs_no_right_of_its_own() -> None:
    changed = {"total": ["1", "2"], "lines": [{"line": 1, "quantity": ["1", "2"], "amount": ["1", "2"]}]}
    edit = {"type": "OrderEdited", "actor": {"role": "management"}, "payload": {"changed": changed}}
    assert list(right_problems(edit, frozenset())) == []
