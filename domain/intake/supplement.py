"""A contract's supplement names only what changes: the order after it is the known one with the supplement laid over.

Lines are known by the sender's number of them. One marked `removed` goes, one that is not known is added, the rest of
the order stays as it was. `change.diff` says what became different, for the people who follow it in the workshop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.intake.meaning import Explanation, Meaning
from domain.intake.review import sum_problems

_COMPARED = ("quantity", "unit_price", "sku", "name", "unit", "promised_date")


def is_supplement(content: Mapping[str, Any]) -> bool:
    """Whether the content changes an order that came before, and has not been laid over it yet."""
    change = content.get("change")
    return isinstance(change, Mapping) and bool(change.get("of")) and "diff" not in change


def completed(meaning: Meaning, before: Mapping[str, Any]) -> Meaning:
    """The whole order after the supplement. `before` is the content that the order stands for."""
    content = dict(meaning.content)
    lines, diff = _lines(before.get("lines") or (), content["lines"])
    content["lines"] = lines
    content["fees"], added = _fees(before.get("fees") or (), content["fees"])
    content["change"] = {**content["change"], "diff": [*diff, *added]}
    content |= _days(lines)
    content["customer"] = _customer(before.get("customer"), content["customer"])
    found = list(sum_problems(content))
    answered = {"missing_address"} if (content["customer"] or {}).get("address") else set()
    reasons = {*content["review_reasons"], *(reason for reason, _ in found)} - answered
    content |= {"review_reasons": sorted(reasons), "needs_review": bool(reasons)}
    gone = {f"/review_reasons/{reason}" for reason in answered}
    told = [Explanation(f"/review_reasons/{reason}", evidence) for reason, evidence in found]
    kept = (explanation for explanation in meaning.explanations if explanation.about not in gone)
    return replace(meaning, content=content, explanations=(*kept, *told))


def _lines(
    before: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    wanted = {line["external_id"]: dict(line) for line in said}
    known = {line.get("external_id") for line in before}
    lines: list[dict[str, Any]] = []
    diff: list[dict[str, Any]] = []
    for was in before:
        will = wanted.get(was.get("external_id")) if was.get("external_id") else None
        if will is None:
            lines.append(dict(was))
        elif will.get("removed"):
            diff.append({"line": was["external_id"], "removed": True})
        else:
            lines.append(will)
            diff += [{"line": was["external_id"], **dict(_changed(was, will))}] if dict(_changed(was, will)) else []
    new = [line for number, line in wanted.items() if number not in known and not line.get("removed")]
    return [*lines, *new], [*diff, *({"line": line["external_id"], "added": True} for line in new)]


def _changed(was: Mapping[str, Any], will: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for name in _COMPARED:
        if was.get(name) != will.get(name):
            yield name, [was.get(name), will.get(name)]
    drawings = [(line.get("drawing") or {}).get("revision") for line in (was, will)]
    if drawings[0] != drawings[1]:
        yield "revision", drawings


def _fees(
    before: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    added = [dict(fee) for fee in said if dict(fee) not in [dict(known) for known in before]]
    return [*map(dict, before), *added], [{"fee": fee["label"], "added": fee["amount"]} for fee in added]


def _days(lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The first delivery binds the order, the last one ends it."""
    days = sorted(line["promised_date"] for line in lines if line.get("promised_date"))
    return {"promised_date": days[0], "last_delivery": days[-1]} if days else {}


def _customer(before: Mapping[str, Any] | None, said: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if said is None or before is None:
        return dict(said or before or {}) or None
    return {**said, "address": said.get("address") or before.get("address")}
