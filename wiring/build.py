"""Everything that the API and the workers are made of, built from the settings in one place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from redis.exceptions import RedisError
from uuid_utils.compat import uuid7

import migrations
from domain.access.address import Network, networks_of
from integrations.blobs.open import open_blobs
from integrations.live.bell import Bell, ringing
from integrations.live.hub import Hub, telling
from integrations.mailbox.client import MailboxFolder
from integrations.ports import Blobs, Issuer, Sender
from integrations.webhooks_out.client import WebhookClient
from integrations.webhooks_out.signing import WebhookSecrets
from persistence.database import Database
from usecases.door import Door
from usecases.integrators.come_in import KeyGate
from usecases.people.badges import BadgeCodes
from usecases.people.one_time_codes import OneTimeCodes
from usecases.people.passwords import Passwords
from usecases.people.sign_in import Gate
from usecases.people.tokens import AccessTokens, derived_key
from usecases.portal.codes import Codes
from usecases.portal.gate import PortalGate
from usecases.workflows.field_rights import FieldRights
from wiring.live import hub_of
from wiring.outside import channel_secrets_of, issuer_of, senders_of, webhook_secrets_of, webhooks_of
from wiring.settings import Settings

_REDIS_SECONDS = 2.0


@dataclass(slots=True)
class Parts:
    """What one process works with. `clock` gives aware UTC instants, `new_id` UUIDv7."""

    settings: Settings
    database: Database
    door: Door
    redis: Redis
    bell: Bell
    hub: Hub
    senders: Mapping[str, Sender]
    blobs: Blobs
    mailbox: MailboxFolder
    passwords: Passwords
    gate: Gate
    codes: OneTimeCodes
    badges: BadgeCodes
    browser_key: bytes
    issuer: Issuer | None
    fields: FieldRights
    portal_gate: PortalGate
    key_gate: KeyGate
    webhooks: WebhookClient
    webhook_secrets: WebhookSecrets
    channel_secrets: WebhookSecrets
    cursor_key: bytes
    fingerprint_key: bytes
    trusted_proxies: tuple[Network, ...]
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    zone: ZoneInfo
    schema_wanted: str

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What works in the background works for as long as the block lasts; then every connection is given back."""
        try:
            async with ringing(self.bell), telling(self.hub):
                yield
        finally:
            if self.issuer is not None:
                await self.issuer.close()
            await self.redis.aclose()
            await self.database.close()

    async def redis_answers(self) -> bool:
        """Whether Redis is there now; nothing depends on it but speed."""
        try:
            return bool(await self.redis.ping())
        except (RedisError, OSError):
            return False


def build(settings: Settings, *, clock: Callable[[], datetime] | None = None, application: str = "api") -> Parts:
    """The parts on these settings; nothing is connected yet. `clock` may be a test's own."""
    now = clock or _now
    database = Database(
        settings.database_url, pool_size=settings.database_pool_size, application_name=f"throughline-{application}"
    )
    redis = Redis.from_url(settings.redis_url, socket_connect_timeout=_REDIS_SECONDS, health_check_interval=15)
    bell = Bell(redis)
    door = Door(database, now, uuid7, settings.zone, bell.ring)
    passwords = Passwords(settings.password_cost)
    tokens, codes = AccessTokens.from_secret(settings.secret_key), OneTimeCodes(settings.secret_key)
    hub = hub_of(door)
    bell.on_ring(hub.look_now)
    return Parts(
        settings=settings,
        database=database,
        door=door,
        redis=redis,
        bell=bell,
        hub=hub,
        senders=senders_of(settings),
        blobs=open_blobs(settings.storage_url),
        mailbox=MailboxFolder(settings.mailbox_dir),
        passwords=passwords,
        gate=Gate(door, passwords, tokens, codes, now, uuid7, settings.sign_in_tries_per_address),
        codes=codes,
        badges=BadgeCodes.from_secret(settings.secret_key),
        browser_key=derived_key(settings.secret_key, "browsers"),
        issuer=issuer_of(settings, now),
        fields=FieldRights(door),
        portal_gate=PortalGate(door, Codes.from_secret(settings.secret_key), uuid7),
        key_gate=KeyGate(door),
        webhooks=webhooks_of(settings),
        webhook_secrets=webhook_secrets_of(settings),
        channel_secrets=channel_secrets_of(settings),
        cursor_key=derived_key(settings.secret_key, "cursors"),
        fingerprint_key=derived_key(settings.secret_key, "fingerprints"),
        trusted_proxies=networks_of(settings.trusted_proxies),
        clock=now,
        new_id=uuid7,
        zone=settings.zone,
        schema_wanted=newest_migration(),
    )


def newest_migration() -> str:
    """The revision that this program expects the database to stand at."""
    folder = str(Path(migrations.__file__).parent)
    newest = ScriptDirectory(folder).get_current_head()
    if newest is None:
        raise RuntimeError(f"no migrations in {folder}")
    return newest


def _now() -> datetime:
    return datetime.now(UTC)
