"""A parse template: a versioned document that says where in a channel's payload the order stands.

Templates are data that people edit. `compile_template` checks one whole and compiles its expressions; only what it
returns is read with. The shape is template_shape.py's, the meaning of the keys is in templates/README.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.intake.template_shape import MAX_EXPRESSIONS, TEMPLATE, Problems
from domain.refusals.intake import TEMPLATE_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text

SCHEMA = 1
"""The version of the shape of template documents."""
MAX_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template. `compiled` is the document with its expressions compiled; equal when the documents are."""

    document: Mapping[str, Any]
    compiled: Mapping[str, Any] = field(compare=False, repr=False)

    @property
    def channel(self) -> str:
        """The channel whose payloads it reads."""
        return str(self.document["channel"])

    @property
    def order_type(self) -> str:
        """The type of the orders that it makes."""
        return str(self.document["order_type"])

    @property
    def version(self) -> int:
        """Counts up with every published change."""
        return int(self.document["version"])

    @property
    def label(self) -> Text:
        """Its name for people."""
        return Text(**self.document["label"])


def compile_template(document: Any) -> Template:
    """The template of a document. Raises TEMPLATE_INVALID with a pointer for everything that is wrong."""
    problems = Problems()
    if len(json.dumps(document, ensure_ascii=False, default=str)) > MAX_CHARACTERS:
        problems.add(
            "", "template_too_long", f"模板超过 {MAX_CHARACTERS} 个字符", f"longer than {MAX_CHARACTERS} characters"
        )
    compiled = {} if problems.found else TEMPLATE.read(document, "", problems)
    if not problems.found:
        _check_whole(document, problems)
    if problems.expressions > MAX_EXPRESSIONS:
        problems.add(
            "", "too_many_expressions", f"表达式超过 {MAX_EXPRESSIONS} 个", f"over {MAX_EXPRESSIONS} expressions"
        )
    if problems.found:
        raise TEMPLATE_INVALID(*problems.found, summary=_summary(problems.found))
    return Template(document, compiled)


def _check_whole(document: Mapping[str, Any], problems: Problems) -> None:
    if document["schema"] != SCHEMA:
        problems.add("/schema", "schema_unknown", f"只支持 schema {SCHEMA}", f"only schema {SCHEMA} is known")
    if not document["formats"] or not document["documents"]:
        problems.add("/documents", "nothing_to_read", "没有可读的内容", "there is nothing that it could read")
    for place, part in enumerate(document["documents"]):
        kinds = [kind for kind in ("order", "event", "failure") if kind in part]
        if len(kinds) != 1:
            problems.add(
                f"/documents/{place}",
                "kind_unclear",
                "须有且只有 order、event、failure 之一",
                "needs one of order, event, failure",
            )
        actions = part.get("order", {}).get("action", [{}])
        if not actions or (kinds == ["order"] and "when" in actions[-1]):
            problems.add(
                f"/documents/{place}/order/action",
                "action_open",
                "最后一条动作不能带条件",
                "the last action must be unconditional",
            )


def _summary(found: list[FieldProblem]) -> str:
    return "; ".join(f"{problem.pointer}: {problem.detail.en}" for problem in found[:5])
