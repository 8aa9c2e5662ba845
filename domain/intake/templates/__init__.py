"""The built-in templates: one JSON document per channel. They ship as data and are published like any other."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from domain.intake.template import Template, compile_template

BUILT_IN = ("crm", "export", "project", "shopify", "taobao", "woocommerce", "youzan")


def built_in_document(channel: str) -> dict[str, Any]:
    """The document as it ships, for publishing it as version 1."""
    text = resources.files(__name__).joinpath(f"{channel}.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def built_in(channel: str) -> Template:
    """The compiled built-in template of a channel. Raises KeyError for a channel that has none."""
    if channel not in BUILT_IN:
        raise KeyError(channel)
    return compile_template(built_in_document(channel))


def builtin_templates() -> list[dict[str, Any]]:
    """Every document as it ships."""
    return [built_in_document(channel) for channel in BUILT_IN]
