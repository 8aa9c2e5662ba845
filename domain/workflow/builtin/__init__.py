"""The workflows and forms that come with the product, as documents."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from domain.workflow.builtin.forms import builtin_form_schemas, builtin_forms

__all__ = ["builtin_form_schemas", "builtin_forms", "builtin_workflows"]

_KEYS = ("standard", "simple", "custom_furniture")


def builtin_workflows() -> list[dict[str, Any]]:
    """Every built-in workflow document, as `Workflow.parse` reads it."""
    folder = files("domain.workflow.builtin")
    return [json.loads(folder.joinpath(f"{key}.json").read_text(encoding="utf-8")) for key in _KEYS]
