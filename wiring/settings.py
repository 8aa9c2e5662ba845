"""What can be set: every `THROUGHLINE_` variable of the environment, typed, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, ValidationError

from wiring.erp_settings import ErpSettings
from wiring.setting_types import (
    HttpUrl,
    IssuerName,
    Listed,
    Networks,
    Pairs,
    PostgresUrl,
    Rate,
    RedisUrl,
    Secret,
    SecretKey,
    SmtpUrl,
    StorageUrl,
    ZoneName,
)

PREFIX = "THROUGHLINE_"
CHECKOUT = Path(__file__).resolve().parent.parent
DEMO_WEBHOOK_SECRET = "whsec_dGhyb3VnaGxpbmUtZGVtby1zZWNyZXQtMDEyMzQ1Njc="  # noqa: S105  (published; demo only)
# What the published samples are signed with; they hold in a demo installation and nowhere else.
DEMO_SECRETS = {
    "shopify_secret": "hush_client_secret",
    "woocommerce_secret": "woo_hook_secret",
    "youzan_client_id": "yzclient01",
    "youzan_secret": "yzsecret01",
    "taobao_secret": DEMO_WEBHOOK_SECRET,
    "crm_secret": DEMO_WEBHOOK_SECRET,
    "export_secret": DEMO_WEBHOOK_SECRET,
    "project_secret": DEMO_WEBHOOK_SECRET,
}


class SettingsError(Exception):
    """A setting is missing or wrong; the text names the variable and the mend, one line for each."""


class Settings(ErpSettings):
    """One installation's settings. A field `x` is the variable `THROUGHLINE_X`; what has no default must be set."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # Where things are kept
    data_dir: Path = Field(description="folder for everything that is not in the database")
    database_url: PostgresUrl = Field(
        repr=False, description="the application's role; postgresql+asyncpg:// after reading"
    )
    migration_database_url: PostgresUrl = Field(repr=False, description="the owner's role; as database_url unless set")
    redis_url: RedisUrl = Field(description="doorbell and job queue")
    storage_url: StorageUrl = Field(description="file:// or s3://; data_dir/blobs")
    mailbox_dir: Path = Field(description="where mail and SMS go when nothing else is set; data_dir/mailbox")

    # Who may come in
    secret_key: SecretKey = Field(repr=False, description="signs tokens; 32 bytes or more")
    password_cost: Literal["full", "minimal"] = Field(
        default="full", description="work of one password hash; minimal is for tests alone"
    )
    sign_in_tries_per_address: int = Field(
        default=100, ge=1, description="failed sign-ins an hour from one address, behind which a whole office may be"
    )
    sso_issuer: IssuerName | None = Field(
        default=None, description="an OpenID Connect issuer, as its discovery document names itself"
    )
    sso_client_id: str | None = None
    sso_client_secret: Secret = None
    sso_label: str = Field(default="SSO", description="what the button of the sign-in page says")
    sso_link_by_email: bool = Field(
        default=False, description="whom the issuer verified by mail is the one of the staff with that address"
    )
    sso_role: str | None = Field(
        default=None, description="role of whoever is not known yet; without one they stay out"
    )
    shopify_secret: Secret = None
    woocommerce_secret: Secret = None
    youzan_client_id: str | None = None
    youzan_secret: Secret = None
    taobao_secret: Secret = Field(default=None, description="Standard Webhooks, whsec_...")
    taobao_app_key: str | None = Field(default=None, description="the application that fetches trades from TOP")
    taobao_app_secret: Secret = None
    taobao_sessions: Pairs = Field(
        default_factory=dict, repr=False, description="SHOP=SESSION,...: each shop's authorisation of the application"
    )
    shopify_tokens: Pairs = Field(
        default_factory=dict, repr=False, description="SHOP.myshopify.com=TOKEN,...: asked for orders not delivered"
    )
    shopify_api_version: str = Field(default="2025-10", pattern=r"^\d{4}-\d{2}$")
    woocommerce_keys: Pairs = Field(
        default_factory=dict, repr=False, description="https://SHOP/=KEY:SECRET,...: the same of these shops"
    )
    youzan_shops: Listed = Field(default=(), description="kdt_id,...: shops whose trades the application reads")
    fxiaoke_app_id: str | None = Field(default=None, description="the application that reads sales orders")
    fxiaoke_app_secret: Secret = None
    fxiaoke_permanent_code: Secret = None
    fxiaoke_user: str | None = Field(default=None, description="open user id in whose name it reads")
    taobao_gateway: HttpUrl = "https://eco.taobao.com/router/rest"
    crm_secret: Secret = Field(default=None, description="Standard Webhooks, whsec_...")
    export_secret: Secret = Field(default=None, description="Standard Webhooks, whsec_...")
    project_secret: Secret = Field(default=None, description="Standard Webhooks, whsec_...")

    # Who carries text messages, and which groups hear
    aliyun_sms_key_id: str | None = None
    aliyun_sms_key_secret: Secret = None
    aliyun_sms_sign_name: str | None = None
    aliyun_sms_template: str | None = Field(default=None, description="registered with variables subject and text")
    tencent_sms_secret_id: str | None = None
    tencent_sms_secret_key: Secret = None
    tencent_sms_application: str | None = None
    tencent_sms_sign_name: str | None = None
    tencent_sms_template: str | None = Field(default=None, description="registered with two variables")
    wecom_robot_url: Secret = Field(default=None, description="the robot's whole address with its key")
    dingtalk_robot_url: Secret = Field(default=None, description="the robot's address with its access token")
    dingtalk_robot_secret: Secret = None
    feishu_robot_url: Secret = None
    feishu_robot_secret: Secret = None

    # Where it is found
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    tls_certificate: Path | None = Field(default=None, description="serve https by this certificate (PEM)")
    tls_key: Path | None = Field(default=None, description="and its key (PEM)")
    public_url: HttpUrl = Field(description="as people and senders reach it")
    api_processes: int = Field(default=1, ge=1, le=64, description="processes of the HTTP server")
    trusted_proxies: Networks = Field(
        default=(), description="addresses or networks, with commas, whose X-Forwarded-For is believed"
    )
    rate_people: Rate = Field(default="6000/60", description="REQUESTS/SECONDS of one person or device, or off")
    rate_keys: Rate = Field(default="3000/60", description="the same of one API key")
    rate_addresses: Rate = Field(default="3000/60", description="the same of one address that has not signed in")
    max_body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, description="larger requests are refused with 413")
    webhook_allow: Listed = Field(
        default=(), description="host:port,... inside the network that outbound webhooks may reach"
    )

    # How it behaves
    demo: bool = False
    time_zone: ZoneName = "Asia/Shanghai"
    database_pool_size: int = Field(default=16, ge=1, le=200, description="connections of one process")
    smtp_url: SmtpUrl | None = Field(default=None, repr=False)
    mail_from: str = "throughline@localhost"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def polled_shops(self) -> tuple[tuple[str, str], ...]:
        """Channels and their shops that are asked what changed."""
        by_channel = {
            "shopify": tuple(self.shopify_tokens),
            "woocommerce": tuple(self.woocommerce_keys),
            "youzan": self.youzan_shops if self.youzan_client_id and self.youzan_secret else (),
            "taobao": tuple(self.taobao_sessions) if self.taobao_app_key and self.taobao_app_secret else (),
            "crm": ("",) if self.fxiaoke_app_id and self.fxiaoke_app_secret else (),
        }
        return tuple((channel, shop) for channel, shops in by_channel.items() for shop in shops)

    @property
    def zone(self) -> ZoneInfo:
        """The factory's own time zone."""
        return ZoneInfo(self.time_zone)


def data_dir_of(environ: Mapping[str, str]) -> Path:
    """`THROUGHLINE_DATA_DIR`, else `.throughline` beside the code, or where one stands if there is no checkout."""
    named = environ.get(f"{PREFIX}DATA_DIR")
    if named:
        return Path(named).expanduser().resolve()
    home = CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()
    return (home / ".throughline").resolve()


def role_of(settings: Settings) -> str | None:
    """The application's database role, to which migrations grant; None where it owns the database itself."""
    role = urlsplit(settings.database_url).username
    return None if role == urlsplit(settings.migration_database_url).username else unquote(role or "") or None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, or raise `SettingsError` naming each variable that is missing or wrong."""
    environ = os.environ if environ is None else environ
    values = {field: environ.get(f"{PREFIX}{field.upper()}") for field in Settings.model_fields}
    given = {field: value for field, value in values.items() if value}
    try:
        return Settings.model_validate(_with_defaults(given, data_dir_of(environ)))
    except ValidationError as error:
        # The owner's URL follows the application's, and so do its faults.
        named = [problem for problem in error.errors() if problem["loc"] != ("migration_database_url",)]
        raise SettingsError("\n".join(_sentence(problem) for problem in named or error.errors())) from None


def _with_defaults(given: dict[str, str], data_dir: Path) -> dict[str, str]:
    """Defaults that follow from other settings, under what was given."""
    host = given.get("host", "127.0.0.1")
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host
    derived = {
        "public_url": f"http://{f'[{shown}]' if ':' in shown else shown}:{given.get('port', '8000')}",
        "storage_url": (data_dir / "blobs").as_uri(),
        "mailbox_dir": str(data_dir / "mailbox"),
    }
    if "database_url" in given:
        derived["migration_database_url"] = given["database_url"]
    demo = DEMO_SECRETS if given.get("demo", "").lower() in {"1", "true", "yes", "on"} else {}
    return {**demo, **derived, **given, "data_dir": str(data_dir)}


def _sentence(problem: Mapping[str, object]) -> str:
    location = problem["loc"]
    field = str(location[0]) if isinstance(location, tuple) and location else ""
    if problem["type"] == "missing":
        return f"{PREFIX}{field.upper()} is not set; {_MEND.get(field, 'set it')}."
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{field.upper()} {message[0].lower()}{message[1:]}."


_MEND = {
    "database_url": "run `throughline up` for an embedded server, or set it as in "
    "postgresql://user:password@host:5432/throughline",
    "redis_url": "run `throughline up` for an embedded server, or set it as in redis://:password@host:6379/0",
    "secret_key": "make one by: openssl rand -base64 48",
}
