"""Every text that a person sees exists in Chinese and in English, and says the same facts in both."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from api import validation
from api.contract import TAGS
from api.problems import TITLES
from domain.access.roles import ROLES
from domain.messages.templates import builtin_templates
from domain.portal import wording
from domain.refusals.kinds import KINDS, refusal_from_json
from domain.text import Text

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEXTS = [
    *(pytest.param(kind.text, id=code) for code, kind in KINDS.items()),
    *(pytest.param(title, id=str(status)) for status, title in TITLES.items()),
    *(pytest.param(role.label, id=key) for key, role in ROLES.items()),
    *(pytest.param(text, id=tag) for tag, text in TAGS.items()),
    *(pytest.param(text, id=known) for known, (_, text) in validation._KNOWN.items()),
    *(pytest.param(template.subject, id=f"{name}.subject") for name, template in builtin_templates().items()),
    *(pytest.param(template.text, id=f"{name}.text") for name, template in builtin_templates().items()),
    *(pytest.param(text, id=action) for action, (_, text) in wording._TOLD.items()),
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_chinese_in_chinese_and_english_in_english(text: Text) -> None:
    assert _CHINESE.search(text.zh)
    assert text.en
    assert not _CHINESE.search(text.en)


@pytest.mark.parametrize("text", TEXTS)
def test_both_languages_tell_the_same_facts(text: Text) -> None:
    assert _facts(text.zh) == _facts(text.en)


@pytest.mark.parametrize("code", KINDS)
def test_a_refusal_survives_being_kept_for_its_key(code: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    facts = dict.fromkeys(_facts(KINDS[code].text.en), "x")
    again = refusal_from_json(KINDS[code](**facts).as_json())
    assert again.code == code
    assert "{" not in again.detail.en + again.detail.zh


def _facts(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}
