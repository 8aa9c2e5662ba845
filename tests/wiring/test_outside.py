"""What an installation is connected to follows from its settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.mailbox.client import Mailbox, MailboxFolder
from integrations.taobao.client import TaobaoClient
from wiring.outside import outside_of
from wiring.settings import Settings, SettingsError, load_settings

TAOBAO = {
    "THROUGHLINE_TAOBAO_APP_KEY": "12345678",
    "THROUGHLINE_TAOBAO_APP_SECRET": "helloworld_secret",
    "THROUGHLINE_TAOBAO_SESSIONS": "华暖散热器旗舰店=s1, 森和全屋定制企业店=s2",
}


def with_environment(settings: Settings, **more: str) -> Settings:
    needed = {
        "THROUGHLINE_DATABASE_URL": settings.database_url,
        "THROUGHLINE_REDIS_URL": settings.redis_url,
        "THROUGHLINE_SECRET_KEY": "k" * 32,
        "THROUGHLINE_DATA_DIR": str(settings.data_dir),
    }
    return load_settings({**needed, **more})


def outside(settings: Settings) -> Any:
    return outside_of(settings, MailboxFolder(settings.mailbox_dir), lambda: datetime(2026, 11, 23, tzinfo=UTC))


async def test_without_an_application_nothing_is_fetched(settings: Settings) -> None:
    assert outside(with_environment(settings)).fetchers == {}


async def test_an_application_fetches_for_the_shops_that_authorised_it(settings: Settings) -> None:
    taobao = outside(with_environment(settings, **TAOBAO)).fetchers["taobao"]
    assert isinstance(taobao, TaobaoClient)
    assert taobao.sessions == {"华暖散热器旗舰店": "s1", "森和全屋定制企业店": "s2"}
    await taobao.http.aclose()


def test_a_shop_without_its_session_is_named(settings: Settings) -> None:
    with pytest.raises(SettingsError, match=r"THROUGHLINE_TAOBAO_SESSIONS.*NAME=VALUE"):
        with_environment(settings, THROUGHLINE_TAOBAO_SESSIONS="shop")


def test_a_demo_writes_to_nobody(settings: Settings) -> None:
    demo = with_environment(settings, THROUGHLINE_DEMO="1", THROUGHLINE_SMTP_URL="smtp://mail.example:587")
    assert isinstance(outside(demo).messengers["email"], Mailbox)
