"""Logs as data: one JSON object a line on standard output, from our own code and from the libraries alike."""

from __future__ import annotations

import logging
import sys

import orjson
import structlog

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
]
# Without the values of variables: they hold passwords, tokens and people's names.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure_logs(level: str) -> None:
    """Set up structlog and the standard library's logging; `level` is debug, info, warning or error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_SHARED, _TRACEBACKS, structlog.processors.JSONRenderer(_dump)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _TRACEBACKS,
                structlog.processors.JSONRenderer(lambda value, **_: _dump(value).decode()),
            ],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)
    # It writes whole addresses, and tokens and keys of robots stand in those.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def logs_beside_the_answer() -> None:
    """For a command whose standard output is its answer: what is logged goes to standard error, in plain lines."""
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def _dump(value: object, **_: object) -> bytes:
    return orjson.dumps(value, default=repr)
