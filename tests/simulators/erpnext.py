"""A stand-in for an ERPNext server: documents in memory, listed and made over REST, that fails when it is told to.

Use it with `httpx.MockTransport(ErpNextServer(...))`.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.simulators.illness import through

KEY, SECRET = "key", "secret"
_BEGAN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
Document = dict[str, Any]


@dataclass
class ErpNextServer:
    """`documents` by DocType. `faults` are used up one per call: html, garbage, empty, half, drop, http502, slow,
    expired, commit_then_drop; an empty one is none.
    """

    documents: dict[str, list[Document]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _changes: int = 0

    def add(self, doctype: str, /, **values: Any) -> Document:
        """A document, as somebody there would make it."""
        rows = self.documents.setdefault(doctype, [])
        document = {"name": f"{doctype}-{len(rows) + 1:04d}", "docstatus": 0, **values}
        rows.append(document)
        return self.touch(document)

    def touch(self, document: Document, **values: Any) -> Document:
        """Change a document, with the time of it."""
        self._changes += 1
        moment = _BEGAN + timedelta(minutes=self._changes)
        document.update(values, modified=moment.strftime("%Y-%m-%d %H:%M:%S.%f"))
        return document

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One HTTP request."""
        fault = self.faults.pop(0) if self.faults else ""
        return through(fault, lambda: self._answer(request, expired=fault == "expired"), "modified")

    def _answer(self, request: httpx.Request, *, expired: bool) -> httpx.Response:
        if expired or request.headers.get("authorization") != f"token {KEY}:{SECRET}":
            return _refused(401, "AuthenticationError", "Invalid token")
        doctype = request.url.path.removeprefix("/api/resource/")
        if doctype not in self.documents:
            return _refused(404, "DoesNotExistError", f"DocType {doctype} not found")
        if request.method == "POST":
            return self._create(doctype, json.loads(request.content))
        return httpx.Response(200, json={"data": self._list(doctype, request.url.params)})

    def _create(self, doctype: str, values: Document) -> httpx.Response:
        if doctype == "Sales Order":
            known = {item["name"] for item in self.documents["Item"]}
            missing = [row["item_code"] for row in values["items"] if row["item_code"] not in known]
            if missing:
                return _refused(417, "ValidationError", f"Item <b>{missing[0]}</b> not found")
            total = sum(row["qty"] * row["rate"] for row in values["items"])
            values = {**values, "net_total": total, "grand_total": total}
        return httpx.Response(200, json={"data": self.add(doctype, **values)})

    def _list(self, doctype: str, asked: Mapping[str, str]) -> list[Document]:
        filters = json.loads(asked["filters"])
        fields = [name.rpartition(".") for name in json.loads(asked["fields"])]
        found = [row for row in self.documents[doctype] if all(_fits(row.get(n), o, v) for n, o, v in filters)]
        joined = next((table for table, _, _ in fields if table), None)
        rows = [{**row, **child} for row in found for child in (row.get(joined) or [{}] if joined else [{}])]
        start, limit = int(asked["limit_start"]), int(asked["limit_page_length"])
        return [{name: row.get(name) for _, _, name in fields} for row in rows[start : start + limit]]


def _fits(found: Any, operator: str, value: Any) -> bool:
    match operator:
        case "=":
            return bool(found == value)
        case "in":
            return found in value
        case ">=":
            return bool(found >= value)
        case "<":
            return bool(found < value)
        case "like":
            return fnmatch.fnmatch(str(found), value.replace("%", "*"))
        case _:
            raise ValueError(operator)


def _refused(status: int, kind: str, words: str) -> httpx.Response:
    messages: Sequence[str] = [json.dumps({"message": words, "title": "Message"})]
    body = {
        "exception": f"frappe.exceptions.{kind}: {words}",
        "exc_type": kind,
        "_server_messages": json.dumps(messages),
    }
    return httpx.Response(status, json=body)
