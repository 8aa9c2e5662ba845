"""Products, routings and bills of material."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

SPECIFICATION_INVALID = kind(
    "specification_invalid",
    Nature.INVALID,
    "产品资料还不能发布：{summary}",
    "The product's specification cannot be published yet: {summary}",
)
SHEET_UNREADABLE = kind(
    "sheet_unreadable",
    Nature.INVALID,
    "表格无法读取：{reason}",
    "The sheet cannot be read: {reason}",
)
SHEET_INVALID = kind(
    "sheet_invalid",
    Nature.INVALID,
    "表格有 {count} 处错误，没有导入任何内容",
    "The sheet has {count} errors; nothing was imported",
)
