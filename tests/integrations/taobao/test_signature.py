"""The platform's signature, by the published vectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integrations.taobao.signature import SignMethod, sign
from tests.domain.intake.support import SAMPLES

ALL: dict[str, Any] = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text("utf-8"))
VECTORS: dict[str, Any] = ALL["taobao_top"]


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
def test_vectors(method: SignMethod) -> None:
    parameters = VECTORS["params"] | {"sign_method": method}
    assert sign(parameters, VECTORS["app_secret"], method) == VECTORS[method]["sign"]


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
def test_empty_values_and_an_earlier_sign_do_not_count(method: SignMethod) -> None:
    parameters = VECTORS["params"] | {"sign_method": method, "sign": "OLD", "partner_id": ""}
    assert sign(parameters, VECTORS["app_secret"], method) == VECTORS[method]["sign"]


def test_order_does_not_matter_and_content_does() -> None:
    parameters = VECTORS["params"] | {"sign_method": "md5"}
    assert sign(dict(reversed(parameters.items())), VECTORS["app_secret"], "md5") == VECTORS["md5"]["sign"]
    assert sign(parameters | {"tid": "4012345678901234568"}, VECTORS["app_secret"], "md5") != VECTORS["md5"]["sign"]


def test_who_connects_for_messages_is_signed_alike() -> None:
    connect = ALL["taobao_tmc_connect"]
    assert sign(dict(connect["parts"]), connect["secret"], "md5") == connect["sign"]
