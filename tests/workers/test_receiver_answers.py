"""What follows from a receiver's answer, by the samples of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from integrations.ports import Receipt, SendFailed
from persistence.outbox import Claimed
from usecases.outgoing.settle_effect import Sent
from workers.webhooks import judged

ID, NOW = UUID(int=1), datetime(2026, 11, 22, tzinfo=UTC)
DELIVERY = Claimed(ID, ID, None, "webhook", "*", "endpoint:1", {}, 1, 1, NOW, NOW)
FOLDER = Path(__file__).resolve().parent.parent / "samples" / "webhooks_out"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("answer_*.expected.json"))


def told(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_receivers_answer_is_treated_as_its_sample_says(name: str) -> None:
    answer, wanted = told(name)["response"], told(f"{name}.expected")
    wait = timedelta(seconds=int(answer["headers"].get("Retry-After", 0)))
    receipt = Receipt(answer["status"], 1, answer["body"].encode(), wait)
    if wanted["outcome"] == "delivered":
        assert judged(DELIVERY, receipt) == Sent(DELIVERY)
        return
    with pytest.raises(SendFailed) as caught:
        judged(DELIVERY, receipt)
    assert caught.value.final == (wanted["outcome"] == "failed") == wanted["disable_endpoint"]
    assert caught.value.retry_after == timedelta(seconds=wanted["retry_after_s"] or 0)
