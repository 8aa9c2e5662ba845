"""A column type that SQLAlchemy does not bring."""

from __future__ import annotations

from typing import Any

from sqlalchemy.types import UserDefinedType


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which never wraps: the order in which a feed may be read safely."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type in DDL."""
        return "xid8"
