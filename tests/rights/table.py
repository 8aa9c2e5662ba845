"""The matrix as it is committed: a line per operation, a line per field, so that a change of rights is a diff."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from domain.access.fields import FIELDS
from domain.access.roles import ROLES
from tests.rights.walk import YES, Walked

FOLDER = Path(__file__).resolve().parent
RIGHTS, FIELD_RIGHTS = FOLDER / "rights.csv", FOLDER / "fields.csv"
OTHERS = ("limited", "customer", "other_customer", "nobody")
_KEY = "key:"


def rights_text(walked: Walked, known: str = "") -> str:
    """Operation by who asks: yes, or the code of the refusal; of keys, the scopes that are let in by themselves.

    Operations that were not walked stand as they are `known`.
    """
    names = (*ROLES, *OTHERS)
    rows = {row[0]: row for row in list(csv.reader(io.StringIO(known)))[1:]}
    rows |= {
        operation: [operation, *(row[name] for name in names), " ".join(_scopes(row))]
        for operation, row in walked.cells.items()
    }
    return _text(["operation", *names, "key_scopes"], (rows[operation] for operation in sorted(rows)))


def _scopes(row: Mapping[str, str]) -> list[str]:
    keys = {name.removeprefix(_KEY): verdict for name, verdict in row.items() if name.startswith(_KEY)}
    let_in = [scope for scope, verdict in keys.items() if verdict == YES]
    return ["any"] if keys and len(let_in) == len(keys) else sorted(let_in)


def fields_text() -> str:
    """Field by role: r for read, w for write; a key stands where it was given field roles."""
    names = (*ROLES, "customer", "system")
    return _text(["field", *names], ([field, *(_letters(field, name) for name in names)] for field in sorted(FIELDS)))


def _letters(field: str, role: str) -> str:
    rule = FIELDS[field]
    reads = rule.read is None or role in rule.read
    return ("r" if reads else "") + ("w" if role in rule.write else "") or "-"


def _text(head: list[str], rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(head)
    written.writerows(rows)
    return text.getvalue()
