"""Workflows, forms and other documents that are data."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# Workflows
NOTHING_SHIPPED = kind("nothing_shipped", Nature.CONFLICT, "还没有发过货", "Nothing has been shipped yet")
STAGE_HAS_NO_PLACE = kind(
    "stage_has_no_place",
    Nature.CONFLICT,
    "新流程中没有对应的阶段：{stages}",
    "The new version has no place for: {stages}",
)
WORKFLOW_INVALID = kind(
    "workflow_invalid", Nature.INVALID, "流程文档有误：{summary}", "The workflow is not valid: {summary}"
)

# Forms
FORM_INVALID = kind("form_invalid", Nature.INVALID, "表单有误：{summary}", "The form is not valid: {summary}")

# Documents
DOCUMENT_INVALID = kind(
    "document_invalid", Nature.INVALID, "文档有误，不能发布：{summary}", "The document cannot be published: {summary}"
)
KEY_MISMATCH = kind(
    "key_mismatch", Nature.INVALID, "文档的 key 与地址不一致", "The document's key is not the one in the address"
)
