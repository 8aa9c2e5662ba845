"""Everybody at every operation and every field: nothing is told, and nothing written, that is not theirs.

The tables beside this file say what is theirs; `make rights` writes them anew, and their diff is what is decided.
`make rights only="OPERATION ..."` asks these alone, while one works on them.
"""

from __future__ import annotations

import os

import pytest

from tests.api.support import Api
from tests.rights.stock import furnished
from tests.rights.table import FIELD_RIGHTS, RIGHTS, fields_text, rights_text
from tests.rights.walk import Walked, operations_of, walk

CHANGED = "rights changed: run `make rights` and look at the diff"
WRITE = os.environ.get("RIGHTS") == "write"
ONLY = frozenset(os.environ.get("RIGHTS_ONLY", "").split())


@pytest.fixture(scope="module")
async def walked(shared: Api) -> Walked:
    """The whole matrix, walked once."""
    async with furnished(shared) as house:
        return await walk(house, ONLY)


async def test_nothing_is_told_or_written_that_is_not_theirs(walked: Walked) -> None:
    assert not walked.findings, "\n".join(walked.findings)


@pytest.mark.skipif(bool(ONLY), reason="only some operations are asked")
async def test_no_cell_is_skipped(walked: Walked, shared: Api) -> None:
    assert walked.cells.keys() == {operation.id for operation in operations_of(shared.app.openapi())}
    columns = {frozenset(row) for row in walked.cells.values()}
    assert len(columns) == 1
    assert walked.asked > len(walked.cells) * len(next(iter(columns)))


async def test_who_may_do_what_is_what_was_decided(walked: Walked) -> None:
    known = RIGHTS.read_text(encoding="utf-8") if ONLY else ""
    if WRITE:
        RIGHTS.write_text(rights_text(walked, known), encoding="utf-8")
    assert RIGHTS.read_text(encoding="utf-8") == rights_text(walked, known), CHANGED


def test_who_may_read_and_write_which_field_is_what_was_decided() -> None:
    if WRITE:
        FIELD_RIGHTS.write_text(fields_text(), encoding="utf-8")
    assert FIELD_RIGHTS.read_text(encoding="utf-8") == fields_text(), CHANGED
