"""How products are sent and shown: what is made, how, of what, to which standard, by which drawings."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from api.v1.types import BothLanguages, Flag, Name, NotNegative, Positive, SafeText, Sent, Shown
from api.v1.types import Words as LongText

Kind = Literal["product", "part", "goods", "gift", "material"]
Code = Annotated[SafeText, Field(min_length=1, max_length=40)]


class Label(Sent):
    """A text in both languages."""

    zh: Name
    en: Annotated[SafeText, Field(max_length=200)] = ""


class LongLabel(Sent):
    """A longer text in both languages."""

    zh: LongText
    en: LongText = ""


class OperationIn(Sent):
    """One step. `minutes` for one unit, `setup_minutes` for the whole lot; `requirements` is what it must keep to."""

    code: Code
    name: Label
    work_centre: Name
    minutes: NotNegative
    setup_minutes: NotNegative = Decimal(0)
    requirements: LongLabel | None = None
    outsourced: Flag = False


class AlternativeIn(Sent):
    """`ratio` units of this article replace one of the material."""

    sku: Name
    ratio: Positive
    note: Annotated[SafeText, Field(max_length=500)] = ""


class BillLineIn(Sent):
    """`quantity` of the material, in its own unit, goes into one unit of the product."""

    material: Name
    quantity: Positive
    alternatives: list[AlternativeIn] = Field(default_factory=list, max_length=50)


class QualityIn(Sent):
    """One point of the quality standard: what is looked at, how, and within which limit."""

    code: Code
    name: Label
    method: LongLabel | None = None
    limit: Annotated[SafeText, Field(max_length=200)] = ""


class DrawingIn(Sent):
    """A drawing that was uploaded for this product."""

    name: Name
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class SpecificationIn(Sent):
    """How a product is made; operations follow each other as they stand."""

    operations: Annotated[list[OperationIn], Field(max_length=200)]
    bill: list[BillLineIn] = Field(default_factory=list, max_length=2000)
    quality: list[QualityIn] = Field(default_factory=list, max_length=500)
    drawings: list[DrawingIn] = Field(default_factory=list, max_length=200)


class OperationOut(Shown):
    """One step of a published version."""

    code: str
    name: BothLanguages
    work_centre: str
    minutes: str
    setup_minutes: str
    requirements: BothLanguages | None
    outsourced: bool


class AlternativeOut(Shown):
    """What may replace a material."""

    sku: str
    ratio: str
    note: str | None = None


class BillLineOut(Shown):
    """What goes into one unit."""

    material: str
    name: str | None = None
    name_en: str | None = None
    unit: str | None = None
    quantity: str
    alternatives: list[AlternativeOut]


class QualityOut(Shown):
    """One point of the quality standard."""

    code: str
    name: BothLanguages
    method: BothLanguages | None
    limit: str


class DrawingOut(Shown):
    """A drawing by the SHA-256 of its bytes; `GET drawings/{sha256}` gives them."""

    name: str
    sha256: str


class SpecificationOut(Shown):
    """One version of how a product is made; version 0 is a draft."""

    sku: str
    version: int
    operations: list[OperationOut]
    bill: list[BillLineOut]
    quality: list[QualityOut]
    drawings: list[DrawingOut]


class FileOut(Shown):
    """A file uploaded as a drawing."""

    sha256: str
    file_name: str
    media_type: str
    size_bytes: int


class ProductRow(Shown):
    """An article in a list."""

    sku: str
    name: str
    name_en: str
    unit: str
    line: str
    kind: Kind
    aliases: list[str]
    version: int | None
    operations: int


class ProductOut(Shown):
    """An article with its newest version."""

    sku: str
    name: str
    name_en: str
    unit: str
    line: str
    kind: Kind
    hs_code: str | None
    aliases: list[str]
    version: int | None
    published_at: str | None
    published_by: str | None
    has_draft: bool
    details: dict[str, Any]
    specification: SpecificationOut | None
    files: list[FileOut]


class VersionOut(Shown):
    """When a version was published, and by whom."""

    version: int
    published_at: str
    published_by: str


class ProblemOut(Shown):
    """What keeps a draft from being published."""

    pointer: str
    code: str
    detail: BothLanguages


class ProductDraftOut(Shown):
    """A draft with everything that is wrong with it."""

    draft_version: int
    specification: SpecificationOut
    valid: bool
    problems: list[ProblemOut]


class ProductPublished(Shown):
    """The version that a draft became."""

    sku: str
    version: int


class ProductDraftDropped(Shown):
    """A draft that is no more."""

    sku: str
    dropped: bool


class SheetErrorOut(Shown):
    """What is wrong in a workbook, and where."""

    sheet: str
    row: int
    column: str
    detail: BothLanguages


class ImportOut(Shown):
    """What an import did, or would do; with errors nothing is imported."""

    dry_run: bool
    articles: int
    operations: int
    bill_lines: int
    quality_points: int
    errors: list[SheetErrorOut]
