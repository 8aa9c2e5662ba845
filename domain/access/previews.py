"""Features that a factory may give to chosen people first, or take away again, without a new version of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.text import Text

Audience = Literal["everybody", "people", "nobody"]


@dataclass(frozen=True, slots=True)
class Preview:
    """A feature by its key; `audience` is whose it is until the factory says otherwise."""

    key: str
    label: Text
    audience: Audience = "everybody"


@dataclass(frozen=True, slots=True)
class Given:
    """Whose a feature is by the factory's own word."""

    audience: Audience
    people: frozenset[str] = frozenset()


_ALL = (
    Preview("excel_return", Text("交回改过的 Excel", "Handing back an edited Excel copy")),
    Preview("beside_system", Text("仍在系统外运转的订单", "Orders that run beside the system")),
)
PREVIEWS: Mapping[str, Preview] = {preview.key: preview for preview in _ALL}


def is_given(preview: Preview, given: Given | None, person_id: str) -> bool:
    """Whether a person has the feature."""
    audience = given.audience if given else preview.audience
    if audience == "people":
        return given is not None and person_id in given.people
    return audience == "everybody"
