"""An article: something that is sold, made, given away or used up, under one number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

from domain.orders.money import quantity_text
from domain.refusals.kinds import FieldProblem
from domain.text import Text

# What a customer can name is a product (made here), goods (bought and sold on) or a gift (given away). A part, made or
# bought, is known to the workshop by its number and sold by it alone; a material is used up.
ArticleKind = Literal["product", "part", "goods", "gift", "material"]
KINDS: tuple[ArticleKind, ...] = get_args(ArticleKind)


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of making an article. `minutes` are standard minutes for one unit, `setup_minutes` for the whole lot.

    `requirements` is what the process must keep to (temperature, torque); an `outsourced` step is done elsewhere.
    """

    code: str
    name: Text
    work_centre: str
    minutes: Decimal
    setup_minutes: Decimal = Decimal(0)
    requirements: Text | None = None
    outsourced: bool = False

    def as_json(self) -> dict[str, Any]:
        """The shape in which articles keep it and work orders copy it."""
        return {
            "code": self.code,
            "name": self.name.as_json(),
            "work_centre": self.work_centre,
            "minutes": quantity_text(self.minutes),
            "setup_minutes": quantity_text(self.setup_minutes),
            "requirements": self.requirements and self.requirements.as_json(),
            "outsourced": self.outsourced,
        }


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Quantities of it count in `unit`; `details` holds what only some kinds have (cost, safety stock)."""

    sku: str
    name: str
    unit: str
    kind: ArticleKind
    name_en: str = ""
    line: str = ""
    hs_code: str | None = None
    aliases: Sequence[str] = ()
    operations: Sequence[Operation] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_gift(self) -> bool:
        """Whether it is normally given away, not sold."""
        return self.kind == "gift"

    def kept_details(self) -> dict[str, Any]:
        """The details as they are stored, the operations among them."""
        operations = [operation.as_json() for operation in self.operations]
        return {**self.details, "operations": operations} if operations else dict(self.details)


def article_problems(articles: Iterable[Article]) -> Iterator[FieldProblem]:
    """What is wrong with a list of articles: a number twice, a number, name or unit missing, an unknown kind."""
    seen: set[str] = set()
    for index, article in enumerate(articles):
        pointer = f"/articles/{index}"
        if article.sku in seen:
            yield FieldProblem(f"{pointer}/sku", "duplicate", Text(f"编号重复：{article.sku}", f"{article.sku} twice"))
        seen.add(article.sku)
        for name in ("sku", "name", "unit"):
            if not getattr(article, name).strip():
                yield FieldProblem(f"{pointer}/{name}", "missing", Text("不能为空", "must not be empty"))
        if article.kind not in KINDS:
            yield FieldProblem(f"{pointer}/kind", "invalid", Text("没有这种物料", "there is no such kind of article"))
