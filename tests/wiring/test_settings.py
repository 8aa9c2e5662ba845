"""The environment, typed: what people paste is accepted, and what cannot be read names its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from wiring.settings import CHECKOUT, SettingsError, data_dir_of, load_settings, role_of

PLAIN = {
    "THROUGHLINE_DATABASE_URL": "postgresql://app:secret@db:5433/orders",
    "THROUGHLINE_REDIS_URL": "redis://cache",
    "THROUGHLINE_SECRET_KEY": "x" * 32,
}


def refusal_of(**changes: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings({**PLAIN, **{f"THROUGHLINE_{name}": value for name, value in changes.items()}})
    return str(refused.value)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://a:b@h/d", "postgresql+asyncpg://a:b@h/d"),
        ("postgresql://a:b%40c@h:1/d", "postgresql+asyncpg://a:b%40c@h:1/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql://a@h/d?sslmode=require", "postgresql+asyncpg://a@h/d?ssl=require"),
    ],
)
def test_every_usual_form_of_a_database_url_is_taken(given: str, read: str) -> None:
    assert load_settings({**PLAIN, "THROUGHLINE_DATABASE_URL": given}).database_url == read


def test_what_follows_from_other_settings() -> None:
    settings = load_settings(
        {**PLAIN, "THROUGHLINE_HOST": "0.0.0.0", "THROUGHLINE_PORT": "9000", "THROUGHLINE_DATA_DIR": "/srv/t"}
    )
    assert settings.public_url == "http://127.0.0.1:9000"
    assert settings.storage_url == "file:///srv/t/blobs"
    assert settings.mailbox_dir == Path("/srv/t/mailbox")
    assert settings.migration_database_url == settings.database_url
    assert role_of(settings) is None
    assert settings.zone.key == "Asia/Shanghai"


def test_the_role_that_is_granted_is_the_applications() -> None:
    settings = load_settings({**PLAIN, "THROUGHLINE_MIGRATION_DATABASE_URL": "postgresql://owner:s@db:5433/orders"})
    assert role_of(settings) == "app"


def test_the_published_secrets_hold_in_a_demo_alone() -> None:
    assert load_settings(PLAIN).shopify_secret is None
    assert load_settings(PLAIN).taobao_secret is None
    demo = load_settings({**PLAIN, "THROUGHLINE_DEMO": "1", "THROUGHLINE_TAOBAO_SECRET": "whsec_b3du"})
    assert demo.shopify_secret == "hush_client_secret"
    assert demo.taobao_secret == "whsec_b3du"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://h/d", "must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://u:p@h", "names no database"),
        ("DATABASE_URL", "postgresql://u:p/w@h:5432/d", "write @ and / in a password as %40 and %2F"),
        ("REDIS_URL", "http://h", "must begin with redis://"),
        ("REDIS_URL", "redis://", "names no host"),
        ("SECRET_KEY", "short", "is shorter than 32 bytes; make one by: openssl"),
        ("PORT", "tcp://10.0.0.1:80", "valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("DEMO", "maybe", "valid boolean"),
        ("TIME_ZONE", "Beijing", "is no time zone"),
        ("PUBLIC_URL", "orders.example.com", "must look like https://"),
        ("SMTP_URL", "mail.example.com", "must look like smtp://"),
        ("STORAGE_URL", "/srv/files", "must begin with file:// or s3://"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_what_cannot_be_read_names_its_variable(name: str, value: str, words: str) -> None:
    said = refusal_of(**{name: value})
    assert said.count("\n") == 0
    assert said.startswith(f"THROUGHLINE_{name} ")
    assert words in said


def test_everything_wrong_is_said_at_once() -> None:
    assert [line.split()[0] for line in refusal_of(PORT="x", DEMO="maybe").splitlines()] == [
        "THROUGHLINE_PORT",
        "THROUGHLINE_DEMO",
    ]


def test_what_is_missing_comes_with_the_mend() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({})
    lines = str(refused.value).splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "THROUGHLINE_DATABASE_URL is not set",
        "THROUGHLINE_REDIS_URL is not set",
        "THROUGHLINE_SECRET_KEY is not set",
    ]


def test_no_secret_is_shown_by_accident() -> None:
    shown = repr(load_settings({**PLAIN, "THROUGHLINE_DEMO": "1", "THROUGHLINE_SMTP_URL": "smtp://u:hidden@h"}))
    for secret in ("x" * 32, "secret@", "hush_client_secret", "hidden", "whsec_"):
        assert secret not in shown


def test_a_list_of_places_is_split() -> None:
    settings = load_settings({**PLAIN, "THROUGHLINE_WEBHOOK_ALLOW": "10.0.0.8:443, erp.local:8080,"})
    assert settings.webhook_allow == ("10.0.0.8:443", "erp.local:8080")


def test_the_data_folder_lies_beside_the_code_unless_set() -> None:
    assert data_dir_of({}).parent == CHECKOUT.resolve() or (CHECKOUT / ".throughline").is_symlink()
    assert data_dir_of({"THROUGHLINE_DATA_DIR": "/srv/t"}) == Path("/srv/t")
