"""Guards in CEL: the one module behind which `common-expression-language` stands.

A guard is a condition over `order`, `payload`, `facts` and `actor`: whole numbers (money in minor units), booleans,
texts, instants and lists. It is bounded when it is validated, so that evaluating it needs no timer; what cannot be
answered is a GuardError with its reason, and nothing that a guard contains ends the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import cel

from domain.expressions.guard_check import check
from domain.expressions.guard_problems import GuardError, GuardInvalid, GuardProblem, mistake
from domain.expressions.guard_readings import Picker, Reading
from domain.expressions.guard_syntax import parse
from domain.expressions.guard_types import DYN, Type
from domain.text import Text

ROOTS = ("order", "payload", "facts", "actor")
_OPEN_ROOTS: Mapping[str, Type] = dict.fromkeys(ROOTS, DYN)
_REASONS: Mapping[type[BaseException], Text] = {
    KeyError: Text("缺少数据", "a value is missing"),
    IndexError: Text("列表没有这一项", "a list has no such item"),
    ZeroDivisionError: Text("除数为零", "division by zero"),
    OverflowError: Text("数字或日期超出范围", "a number or a date is out of range"),
    TypeError: Text("数据类型不符", "a value is not of the type that is needed"),
}
_OTHER_REASON = Text("条件无法计算", "the condition cannot be worked out")

__all__ = ["ROOTS", "Guard", "GuardError", "GuardInvalid", "GuardProblem", "compile_guard", "guard_problems", "matches"]


class Guard:
    """A compiled guard; it holds no state and may be used by many at once."""

    __slots__ = ("_picker", "_program", "_roots", "source")

    def __init__(self, source: str, program: cel.Program, readings: tuple[Reading, ...]) -> None:
        self.source = source
        self._program, self._picker = program, Picker(readings)
        self._roots = frozenset(reading.path[0] for reading in readings)

    def mentions(self, root: str) -> bool:
        """Whether the guard reads anything of this root."""
        return root in self._roots

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether the condition holds. Raises GuardError with the reason where that cannot be said."""
        result = _run(self._program, self._picker.pick(context))
        if isinstance(result, bool):
            return result
        raise GuardError(Text("条件的结果不是“是”或“否”", "the condition is neither true nor false"))


@lru_cache(maxsize=2_048)
def compile_guard(source: str) -> Guard:
    """The guard, ready to use. Raises GuardInvalid with every mistake found."""
    checked = check(parse(source), _OPEN_ROOTS)
    if checked.problems:
        raise GuardInvalid(*checked.problems)
    return Guard(source, _compile(source), checked.readings)


def guard_problems(source: str, roots: Mapping[str, Type]) -> tuple[GuardProblem, ...]:
    """Every mistake, with what the roots are declared to hold; empty for a guard that may be published."""
    try:
        problems = check(parse(source), roots).problems
        if not problems:
            compile_guard(source)
    except GuardInvalid as invalid:
        return invalid.problems
    return problems


def _compile(source: str) -> cel.Program:
    try:
        return cel.compile(source)
    except BaseException as error:
        _let_stop(error)
        raise mistake("guard_syntax", "条件写法有误", "the guard cannot be read as CEL") from error


def _run(program: cel.Program, values: dict[str, Any]) -> Any:
    try:
        return program.execute(values)
    except BaseException as error:
        _let_stop(error)
        raise GuardError(_reason(error)) from error


def _let_stop(error: BaseException) -> None:
    """A panic of the Rust library is a BaseException and must not end the process; these are meant to."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        raise error


def _reason(error: BaseException) -> Text:
    reason = _REASONS.get(type(error), _OTHER_REASON)
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        name = error.args[0].strip("'")
        return Text(f"{reason.zh}：{name}", f"{reason.en}: {name}")
    return reason


@lru_cache(maxsize=1)
def _matcher() -> cel.Program:
    return cel.compile("text.matches(pattern)")


@lru_cache(maxsize=8_192)
def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text, in time linear in both: Rust's engine never backtracks.

    Raises ValueError where the pattern is not one (look-around and back references are none) or grows too large.
    """
    try:
        return bool(_matcher().execute({"text": text, "pattern": pattern}))
    except Exception as error:
        raise ValueError("not a usable pattern") from error
