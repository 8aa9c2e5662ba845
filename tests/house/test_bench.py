"""What pgbench is given beside the product is the product's own: its statements, with every value they take."""

from __future__ import annotations

from uuid import UUID

from bench.load.feeds import LISTED
from bench.load.fill import Stock
from bench.load.pgbench import Login, scripts

NOBODY = UUID(int=0)


def test_the_scripts_of_pgbench_hold_the_statements_of_the_product() -> None:
    written = scripts(Stock(1_000, 500), Login(NOBODY, NOBODY), LISTED)
    assert set(written) == {"create", "action", "action_one", "read", "list"}
    for script in written.values():
        assert "$" not in script
        assert "{{" not in script
