"""Customers as people look at them: found by words, with who else they may be, and what was merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.customers.matching import DOUBTS, Told, match, number_part
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from persistence import customers
from persistence.queries import customer_list
from persistence.queries.customer_list import CustomerPage
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="orders.read")
async def list_customers(tx: Tx, wanted: CustomerPage) -> list[dict[str, Any]]:
    """Customers, newest first; words are looked for in names and, however they are written, in numbers."""
    page = replace(wanted, number=number_part(wanted.words))
    return [customer_view(row) for row in await customer_list.page(tx, Scope.of(tx.actor), page)]


@use_case(right="orders.read")
async def read_customer(tx: Tx, customer_id: UUID) -> dict[str, Any]:
    """One customer, with `alike` (who else they may be, and by what) and `merges`. Raises NOT_FOUND."""
    scope = Scope.of(tx.actor)
    row = await customer_list.one(tx, scope, customer_id)
    if row is None:
        raise NOT_FOUND()
    alike = await _alike(tx, scope, row)
    merges = [_merge_view(one) for one in await customer_list.merges(tx, customer_id)]
    return {**customer_view(row), "alike": alike, "merges": merges}


@use_case(right="orders.read")
async def match_customer(tx: Tx, told: Told) -> dict[str, Any]:
    """Whose an order of theirs would be: `{"customer_id", "doubt", "candidates"}`, as far as they are within reach.

    `customer_id` is the known customer whom it certainly is; with a `doubt` it is somebody new unless a person says
    which of the `candidates` is meant; with neither it is nobody who is known.
    """
    known = await customers.find(tx, told)
    judged = match(told, known.candidates)
    found = await _meant(tx, known, judged.candidates or tuple(filter(None, [judged.customer_id])))
    sure = judged.customer_id if found else None
    return {
        "customer_id": sure,
        "doubt": doubt_view(judged.doubt) if judged.doubt and found else None,
        "candidates": found,
    }


async def candidates(tx: Tx, told: Told) -> tuple[str | None, list[dict[str, Any]]]:
    """Who may be meant by what is told, where that is doubtful: the doubt's code and those customers."""
    known = await customers.find(tx, told)
    judged = match(told, known.candidates)
    return judged.doubt, await _meant(tx, known, judged.candidates)


async def _meant(tx: Tx, known: customers.Known, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those of the known who may be meant, as far as they are within reach, and by what."""
    if not ids:
        return []
    by = {one.id: sorted(one.by) for one in known.candidates}
    rows = await customer_list.some(tx, Scope.of(tx.actor), [UUID(one) for one in ids])
    return [{**customer_view(row), "matched_by": by[str(row["id"])], "apart": False} for row in rows]


def customer_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A customer in a list."""
    plain = ("channel", "external_id", "name", "company", "phone", "email", "tax_no", "address", "masked", "orders")
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in plain},
        "merged_into": row["merged_into"] and str(row["merged_into"]),
        "created_at": instant_text(row["created_at"]),
        "last_order_at": row["last_order_at"] and instant_text(row["last_order_at"]),
    }


def doubt_view(code: str) -> dict[str, Any]:
    """A doubt with its words."""
    return {"code": code, "text": DOUBTS[code].as_json()}


async def _alike(tx: Tx, scope: Scope, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Others who share a phone number, a tax number or a firm's name."""
    keys = [{"kind": kind, "value": value} for kind, value in row["keys"] if kind != "source"]
    found = await customers.sharing(tx, keys)
    by = {one.id: sorted(one.by) for one in found.candidates if one.id != str(row["id"])}
    rows = await customer_list.some(tx, scope, [UUID(one) for one in by])
    apart = await customer_list.apart_from(tx, row["id"])
    return [{**customer_view(one), "matched_by": by[str(one["id"])], "apart": one["id"] in apart} for one in rows]


def _merge_view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "kept": {"id": str(row["kept_id"]), "name": row["kept_name"]},
        "merged": {"id": str(row["merged_id"]), "name": row["merged_name"]},
        "orders": row["orders"],
        "reason": row["reason"],
        "merged_at": instant_text(row["merged_at"]),
        "merged_by": row["merged_by"],
        "undone_at": row["undone_at"] and instant_text(row["undone_at"]),
        "undone_by": row["undone_by"],
    }
