"""What can be set: every `THROUGHLINE_` variable of the environment, typed, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from domain.access.address import networks_of
from domain.access.pace import Pace

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
_SECRET_KEY_BYTES = 32


class SettingsError(Exception):
    """A setting is missing or wrong; the text names the variable and the mend, one line for each."""


def _postgres_url(url: str) -> str:
    """SQLAlchemy's form for asyncpg, from what people paste; libpq's `sslmode` is asyncpg's `ssl`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ValueError("must begin with postgresql://, as in postgresql://user:password@host:5432/throughline")
    if not parts.path.strip("/"):
        raise ValueError("names no database; write its name after the last slash")
    _checked_port(url)
    query = [("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query)]
    authority = parts.netloc or "localhost"
    return urlunsplit(("postgresql+asyncpg", authority, parts.path, urlencode(query), ""))


def _redis_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must begin with redis://, rediss:// or unix://, as in redis://:password@host:6379/0")
    if parts.scheme != "unix" and not parts.hostname:
        raise ValueError("names no host; write it as in redis://:password@host:6379/0")
    _checked_port(url)
    return url


def _checked_port(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValueError("has a port that is no number; write @ and / in a password as %40 and %2F") from None


def _storage_url(url: str) -> str:
    if urlsplit(url).scheme not in {"file", "s3"}:
        raise ValueError("must begin with file:// or s3://")
    return url


def _smtp_url(url: str) -> str:
    if urlsplit(url).scheme not in {"smtp", "smtps"} or not urlsplit(url).hostname:
        raise ValueError("must look like smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465")
    return url


def _http_url(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError("must look like https://orders.example.com")
    return url.rstrip("/")


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no time zone; write one of the tz database, as in Asia/Shanghai")
    return name


def _strong(key: str) -> str:
    if len(key.encode()) < _SECRET_KEY_BYTES:
        raise ValueError(f"is shorter than {_SECRET_KEY_BYTES} bytes; make one by: openssl rand -base64 48")
    return key


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _issuer(url: str) -> str:
    """To the letter as it is given: an issuer's name is compared, and a slash at its end belongs to it."""
    _http_url(url)
    return url


def _networks(texts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        networks_of(texts)
    except ValueError:
        raise ValueError("must be addresses or networks, as in 10.0.0.0/8,192.0.2.7") from None
    return texts


def _pairs(value: object) -> object:
    """`a=1,b=2` as a mapping; what is no pair is left for the type to refuse."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not name.strip() or not text.strip() for name, _, text in pairs):
        raise ValueError("must be written as SHOP=SESSION, several with commas between them")
    return {name.strip(): text.strip() for name, _, text in pairs}


def _rate(text: str) -> str:
    Pace.parse(text)
    return text


Rate = Annotated[str, AfterValidator(_rate)]
PostgresUrl = Annotated[str, AfterValidator(_postgres_url)]
Secret = Annotated[str | None, Field(repr=False)]


class Settings(BaseModel):
    """One installation's settings. A field `x` is the variable `THROUGHLINE_X`; what has no default must be set."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # Where things are kept
    data_dir: Path = Field(description="folder for everything that is not in the database")
    database_url: PostgresUrl = Field(
        repr=False, description="the application's role; postgresql+asyncpg:// after reading"
    )
    migration_database_url: PostgresUrl = Field(repr=False, description="the owner's role; as database_url unless set")
    redis_url: Annotated[str, AfterValidator(_redis_url)] = Field(description="doorbell and job queue")
    storage_url: Annotated[str, AfterValidator(_storage_url)] = Field(description="file:// or s3://; data_dir/blobs")
    mailbox_dir: Path = Field(description="where mail and SMS go when nothing else is set; data_dir/mailbox")

    # Who may come in
    secret_key: Annotated[str, AfterValidator(_strong)] = Field(
        repr=False, description="signs tokens; 32 bytes or more"
    )
    password_cost: Literal["full", "minimal"] = Field(
        default="full", description="work of one password hash; minimal is for tests alone"
    )
    sign_in_tries_per_address: int = Field(
        default=100, ge=1, description="failed sign-ins an hour from one address, behind which a whole office may be"
    )
    sso_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
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
    taobao_sessions: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(
        default_factory=dict, repr=False, description="SHOP=SESSION,...: each shop's authorisation of the application"
    )
    shopify_tokens: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(
        default_factory=dict, repr=False, description="SHOP.myshopify.com=TOKEN,...: asked for orders not delivered"
    )
    shopify_api_version: str = Field(default="2025-10", pattern=r"^\d{4}-\d{2}$")
    woocommerce_keys: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(
        default_factory=dict, repr=False, description="https://SHOP/=KEY:SECRET,...: the same of these shops"
    )
    youzan_shops: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="kdt_id,...: shops whose trades the application reads"
    )
    fxiaoke_app_id: str | None = Field(default=None, description="the application that reads sales orders")
    fxiaoke_app_secret: Secret = None
    fxiaoke_permanent_code: Secret = None
    fxiaoke_user: str | None = Field(default=None, description="open user id in whose name it reads")
    taobao_gateway: Annotated[str, AfterValidator(_http_url)] = "https://eco.taobao.com/router/rest"
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

    # Which ERPs are connected
    kingdee_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None, description="Kingdee K/3 Cloud, the address up to and without /k3cloud"
    )
    kingdee_data_centre: str | None = None
    kingdee_user: str | None = None
    kingdee_password: Secret = None
    kingdee_app_id: str | None = Field(default=None, description="signs each call instead of a password")
    kingdee_app_secret: Secret = None
    kingdee_organisation: str | None = Field(default=None, description="whose stock counts; all unless set")
    kingdee_locks: bool = Field(default=False, description="what is locked there is not available")
    kingdee_page_rows: int = Field(default=2000, ge=1, le=10_000)
    kingdee_writes: bool = Field(default=False, description="orders and shipments are written there, too")
    kingdee_sales_person: str | None = Field(default=None, description="number of who stands in what is written")
    kingdee_customer: str | None = Field(default=None, description="number for customers that are unknown there")

    odoo_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None, description="Odoo, the address without a path"
    )
    odoo_database: str | None = None
    odoo_key: Secret = Field(default=None, description="API key")
    odoo_login: str | None = Field(default=None, description="calls go over JSON-RPC; over JSON-2 unless set")
    odoo_reserved: bool = Field(default=False, description="what is reserved there is not available")
    odoo_page_rows: int = Field(default=2000, ge=1, le=10_000)
    odoo_writes: bool = Field(default=False, description="orders and shipments are written there, too")
    odoo_customer: str | None = Field(default=None, description="name for customers that are unknown there")
    erpnext_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None, description="ERPNext, the address without a path"
    )
    erpnext_key: str | None = None
    erpnext_secret: Secret = None
    erpnext_warehouses: str | None = Field(default=None, description="pattern of whose stock counts, as in %- HN")
    erpnext_reserved: bool = Field(default=False, description="what is reserved there is not available")
    erpnext_page_rows: int = Field(default=1000, ge=1, le=10_000)
    erpnext_writes: bool = Field(default=False, description="orders are written there, too")
    erpnext_customer: str | None = Field(default=None, description="name for customers that are unknown there")

    # Where it is found
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    tls_certificate: Path | None = Field(default=None, description="serve https by this certificate (PEM)")
    tls_key: Path | None = Field(default=None, description="and its key (PEM)")
    public_url: Annotated[str, AfterValidator(_http_url)] = Field(description="as people and senders reach it")
    api_processes: int = Field(default=1, ge=1, le=64, description="processes of the HTTP server")
    trusted_proxies: Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_networks)] = Field(
        default=(), description="addresses or networks, with commas, whose X-Forwarded-For is believed"
    )
    rate_people: Rate = Field(default="6000/60", description="REQUESTS/SECONDS of one person or device, or off")
    rate_keys: Rate = Field(default="3000/60", description="the same of one API key")
    rate_addresses: Rate = Field(default="3000/60", description="the same of one address that has not signed in")
    max_body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, description="larger requests are refused with 413")
    webhook_allow: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="host:port,... inside the network that outbound webhooks may reach"
    )

    # How it behaves
    demo: bool = False
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    database_pool_size: int = Field(default=16, ge=1, le=200, description="connections of one process")
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] | None = Field(default=None, repr=False)
    mail_from: str = "throughline@localhost"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def erps(self) -> tuple[str, ...]:
        """The ERPs that are connected, by name."""
        known = {"kingdee": self.kingdee_url, "odoo": self.odoo_url, "erpnext": self.erpnext_url}
        return tuple(name for name, url in known.items() if url)

    @property
    def told_erps(self) -> tuple[str, ...]:
        """Those of them that are told of orders and shipments."""
        written = {"kingdee": self.kingdee_writes, "odoo": self.odoo_writes, "erpnext": self.erpnext_writes}
        return tuple(name for name in self.erps if written[name])

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
