"""The outside as this installation is connected to it: who carries messages, who fetches, whose signature counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from integrations.calling import Pause
from integrations.dingtalk import robot as dingtalk
from integrations.feishu import robot as feishu
from integrations.fxiaoke.client import Application as FxiaokeApplication
from integrations.fxiaoke.client import FxiaokeClient
from integrations.mail.client import Mail, SmtpServer
from integrations.mailbox.client import Mailbox, MailboxFolder
from integrations.oidc.client import OidcClient
from integrations.ports import Erp, Fetcher, Issuer, Lister, Messenger, Sender, Webhooks
from integrations.reading import Reader, own_client
from integrations.shopify.client import ShopifyClient
from integrations.shopify.signature import ShopifySender
from integrations.sms.aliyun import AliyunSms
from integrations.sms.tencent import TencentSms
from integrations.standard_webhooks.signature import StandardWebhooksSender
from integrations.taobao.client import TaobaoClient
from integrations.webhooks_out.client import WebhookClient
from integrations.webhooks_out.signing import WebhookSecrets
from integrations.wecom import robot as wecom
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.signature import WooCommerceSender
from integrations.youzan.client import YouzanClient
from integrations.youzan.signature import YouzanSender
from usecases.people.tokens import derived_key
from usecases.portal.codes import Codes
from wiring.erps import erps_of
from wiring.settings import Settings, SettingsError

# Channels whose messages only hint at a record, which is then fetched.
_FETCHED = ("taobao", "shopify", "youzan", "crm")
# Channels whose deliveries are signed by Standard Webhooks. What has no template yet is kept, and read when it has one.
_STANDARD = ("taobao", "crm", "export", "project")


@dataclass(frozen=True, slots=True)
class Outside:
    """By channel. What is missing here is not configured.

    `codes` makes what customers sign in by, `webhook_secrets` what signs what other systems are told.
    """

    messengers: Mapping[str, Messenger]
    fetchers: Mapping[str, Fetcher]
    codes: Codes
    webhooks: Webhooks
    webhook_secrets: WebhookSecrets
    erps: Mapping[str, Erp] = field(default_factory=dict)
    listers: Mapping[str, Lister] = field(default_factory=dict)

    @property
    def channels(self) -> frozenset[str]:
        """Over which channels somebody can be told something; in the app always."""
        return frozenset({"in_app", *self.messengers})


def outside_of(settings: Settings, mailbox: MailboxFolder, clock: Callable[[], datetime]) -> Outside:
    """A demo never writes to anybody: its mail and text messages go to the mailbox, as do those without a server."""
    mail: Messenger = Mailbox(mailbox, "email", clock)
    if settings.smtp_url and not settings.demo:
        mail = Mail(SmtpServer.parse(settings.smtp_url), settings.mail_from, clock)
    messengers = {"email": mail, "sms": Mailbox(mailbox, "sms", clock)}
    if not settings.demo:
        messengers |= _providers(settings, clock)
    codes = Codes.from_secret(settings.secret_key)
    shops = _shops(settings, clock)
    return Outside(
        messengers=messengers,
        fetchers={name: shops[name] for name in _FETCHED if name in shops},
        listers=shops,
        codes=codes,
        webhooks=webhooks_of(settings),
        webhook_secrets=webhook_secrets_of(settings),
        erps=erps_of(settings, clock),
    )


def _providers(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Messenger]:
    """The providers of text messages and the robots that are set, by channel."""
    http = httpx.AsyncClient(follow_redirects=False)
    found: dict[str, Messenger] = {}
    if settings.tencent_sms_secret_id and settings.tencent_sms_secret_key:
        found["sms"] = TencentSms(
            http,
            settings.tencent_sms_secret_id,
            settings.tencent_sms_secret_key,
            settings.tencent_sms_application or "",
            settings.tencent_sms_sign_name or "",
            settings.tencent_sms_template or "",
            clock,
        )
    if settings.aliyun_sms_key_id and settings.aliyun_sms_key_secret:
        found["sms"] = AliyunSms(
            http,
            settings.aliyun_sms_key_id,
            settings.aliyun_sms_key_secret,
            settings.aliyun_sms_sign_name or "",
            settings.aliyun_sms_template or "",
            clock,
        )
    return found | _robots(settings, http, clock)


def _robots(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> dict[str, Messenger]:
    found: dict[str, Messenger] = {}
    if settings.wecom_robot_url:
        found["wecom"] = wecom.WecomRobot(http, settings.wecom_robot_url, Pause(clock, wecom.RATES))
    if settings.dingtalk_robot_url:
        found["dingtalk"] = dingtalk.DingtalkRobot(
            http, settings.dingtalk_robot_url, settings.dingtalk_robot_secret, Pause(clock, dingtalk.RATES), clock
        )
    if settings.feishu_robot_url:
        found["feishu"] = feishu.FeishuRobot(
            http, settings.feishu_robot_url, settings.feishu_robot_secret, Pause(clock, feishu.RATES), clock
        )
    return found


def webhooks_of(settings: Settings) -> WebhookClient:
    """Who calls the addresses that are to be told, and judges them before they are kept."""
    return WebhookClient(settings.webhook_allow)


def webhook_secrets_of(settings: Settings) -> WebhookSecrets:
    """What signs deliveries; another `THROUGHLINE_SECRET_KEY` makes all of them others."""
    return WebhookSecrets(derived_key(settings.secret_key, "webhooks"))


def channel_secrets_of(settings: Settings) -> WebhookSecrets:
    """What channels that people added sign with; another `THROUGHLINE_SECRET_KEY` makes all of them others."""
    return WebhookSecrets(derived_key(settings.secret_key, "channels"))


def _shops(settings: Settings, clock: Callable[[], datetime]) -> Mapping[str, Any]:
    """Who is asked what changed, by channel, each over connections of its own."""
    made: dict[str, Any] = {
        "shopify": lambda: ShopifyClient(
            Reader(own_client(), "Shopify", clock), settings.shopify_tokens, settings.shopify_api_version
        ),
        "woocommerce": lambda: WooCommerceClient(Reader(own_client(), "WooCommerce", clock), settings.woocommerce_keys),
        "youzan": lambda: YouzanClient(
            Reader(own_client(), "Youzan", clock),
            settings.youzan_client_id or "",
            next(iter(_secrets(settings.youzan_secret)), ""),
            clock,
        ),
        "crm": lambda: FxiaokeClient(Reader(own_client(), "Fxiaoke", clock), _fxiaoke(settings), clock),
        "taobao": lambda: TaobaoClient(
            http=own_client(),
            app_key=settings.taobao_app_key or "",
            app_secret=settings.taobao_app_secret or "",
            sessions=settings.taobao_sessions,
            clock=clock,
            base_url=settings.taobao_gateway,
        ),
    }
    return {channel: made[channel]() for channel in {channel for channel, _ in settings.polled_shops}}


def _fxiaoke(settings: Settings) -> FxiaokeApplication:
    return FxiaokeApplication(
        settings.fxiaoke_app_id or "",
        settings.fxiaoke_app_secret or "",
        settings.fxiaoke_permanent_code or "",
        settings.fxiaoke_user or "",
    )


def senders_of(settings: Settings) -> Mapping[str, Sender]:
    """Whose deliveries are checked, by channel; one without a secret refuses everything."""
    standard = {name: StandardWebhooksSender(_secrets(getattr(settings, f"{name}_secret"))) for name in _STANDARD}
    return {
        "shopify": ShopifySender(_secrets(settings.shopify_secret)),
        "woocommerce": WooCommerceSender(_secrets(settings.woocommerce_secret)),
        "youzan": YouzanSender(settings.youzan_client_id or "", _secrets(settings.youzan_secret)),
        **standard,
    }


def signed_channels(settings: Settings) -> frozenset[str]:
    """The built-in channels for which a secret is set, so that what they deliver is taken."""
    secrets = {name: getattr(settings, f"{name}_secret") for name in ("shopify", "woocommerce", "youzan", *_STANDARD)}
    return frozenset(name for name, secret in secrets.items() if _secrets(secret))


def _secrets(setting: str | None) -> tuple[str, ...]:
    """One, or several with blanks between them while one is being replaced."""
    return tuple((setting or "").split())


def issuer_of(settings: Settings, clock: Callable[[], datetime]) -> Issuer | None:
    """The single sign-on issuer of this installation, where one is set. Raises SettingsError for half a setting."""
    if settings.sso_issuer is None:
        return None
    if settings.sso_client_id is None:
        raise SettingsError("THROUGHLINE_SSO_CLIENT_ID is not set; it is what the issuer calls this installation.")
    return OidcClient(
        httpx.AsyncClient(follow_redirects=False),
        settings.sso_issuer,
        settings.sso_client_id,
        settings.sso_client_secret,
        f"{settings.public_url}/api/v1/auth/sso/callback",
        clock,
    )
