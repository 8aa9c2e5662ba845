"""The forms that come with the product: what the built-in workflows name, and those of the engine's own actions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from domain.expressions.schema import FormSchema


def builtin_forms() -> list[dict[str, Any]]:
    """Every form as a document: `{"key", "version", "label", "schema"}`."""
    text = files("domain.workflow.builtin").joinpath("forms.json").read_text(encoding="utf-8")
    return list(json.loads(text))


@cache
def builtin_form_schemas() -> Mapping[str, FormSchema]:
    """The same, compiled, by reference: `inspect@1`."""
    compiled = {f"{form['key']}@{form['version']}": FormSchema.compile(form["schema"]) for form in builtin_forms()}
    return MappingProxyType(compiled)


def engine_form(action: str) -> FormSchema:
    """The form of an action that the engine adds to every workflow."""
    return builtin_form_schemas()[f"{action}@1"]
