"""What a database error means for whoever asked: try again, wait, the server is away, the disk is full, or a bug."""

from __future__ import annotations

from enum import Enum

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class LostRace(Exception):
    """Somebody else changed what was read, between reading and writing."""


class Fault(Enum):
    """What to do about it."""

    RACE = "race"
    BUSY = "busy"
    AWAY = "away"
    FULL = "full"
    BUG = "bug"


# A dying server speaks its last words into connections that nobody uses; whoever takes such a one before its end is
# noticed hears an InternalClientError.
_GONE = (PoolTimeout, OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_RACES = {"40001", "40P01"}
# Two were first at once: reading again finds what the other wrote.
_RACED_FOR = {
    "pk_replies",
    "pk_documents",
    "uq_orders_source",
    "uq_orders_order_no",
    "uq_customers_channel_external_id",
    "uq_customer_keys_sole",
    "uq_events_order_id_seq",
}
_BUSY = {"55P03", "57014"}
_AWAY = {"57P01", "57P02", "57P03", "53300", "25006"}
_FULL = {"53100"}


def fault_of(error: BaseException) -> Fault:
    """The meaning of an exception that came out of this package."""
    if isinstance(error, LostRace):
        return Fault.RACE
    if isinstance(error, _GONE):
        return Fault.AWAY
    return _by_state(error, getattr(_driver_error(error), "sqlstate", None))


def _driver_error(error: BaseException) -> BaseException:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _by_state(error: BaseException, state: str | None) -> Fault:
    if state is None:
        return Fault.AWAY if isinstance(error, DBAPIError) and error.connection_invalidated else Fault.BUG
    if state in _RACES or _is_second_of(error, _RACED_FOR):
        return Fault.RACE
    if state in _BUSY:
        return Fault.BUSY
    if state in _FULL:
        return Fault.FULL
    return Fault.AWAY if state in _AWAY or state.startswith("08") else Fault.BUG


def _is_second_of(error: BaseException, constraints: set[str]) -> bool:
    cause = _driver_error(error)
    return isinstance(cause, asyncpg.UniqueViolationError) and cause.constraint_name in constraints
