"""What all tables share: names for constraints, and the column types of the house."""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSON, JSONB, UUID

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Id = UUID(as_uuid=True)
Instant = DateTime(timezone=True)
Money = Numeric(20, 6)
Quantity = Numeric(20, 6)
Json = JSONB
JsonText = JSON  # kept as it was written, to the letter: an answer given again is the same bytes
Words = Text
