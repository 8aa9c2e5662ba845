"""Nothing that a provider or an ERP was seen to say lies about untried: each sample and each vector has a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
SAMPLES = TESTS / "samples"
WORDS = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path.resolve() != Path(__file__))
# All files of these folders are taken by a pattern; tests/integrations/notify says that each has a client.
OTHER_ERP = sorted(path.name.removesuffix(".expected.json") for path in SAMPLES.glob("other_erp/*.expected.json"))
VECTORS = sorted(json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text(encoding="utf-8")))
# The vendor's own example stands there without what was signed.
WITHOUT_INPUT = {"aliyun_acs3_vendor_example"}


@pytest.mark.parametrize("name", [*OTHER_ERP, *(name for name in VECTORS if name not in WITHOUT_INPUT)])
def test_it_is_tried(name: str) -> None:
    assert f'"{name}' in WORDS
