"""A text that a person sees, in both languages of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en

    def fill(self, data: Mapping[str, object]) -> Text:
        """Both languages with their `{placeholders}` replaced; a missing name stays as it is.

        A value may itself be in both languages, as `{"zh": ..., "en": ...}`.
        """
        return Text(self.zh.format_map(_in_language(data, "zh")), self.en.format_map(_in_language(data, "en")))

    def as_json(self) -> dict[str, str]:
        """`{"zh": ..., "en": ...}`, the shape of every label in the API."""
        return {"zh": self.zh, "en": self.en}


def _in_language(data: Mapping[str, object], language: Language) -> _Lenient:
    return _Lenient(
        {
            name: value[language] if isinstance(value, Mapping) and value.keys() == {"zh", "en"} else value
            for name, value in data.items()
        }
    )


class _Lenient(dict[str, object]):
    """Leaves an unknown placeholder in the text, so that a missing fact never hides a refusal."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
