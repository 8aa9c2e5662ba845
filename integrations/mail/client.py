"""Mail by SMTP (RFC 5321): one connection per mail, certificates checked, 4xx tried again and 5xx final.

Source: integrations.md, section 6 'Mail'; headers by RFC 5322 and RFC 2047, which `email.message` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from domain.messages.templates import Message
from integrations.ports import SendFailed

TIMEOUT_SECONDS = 20
_PERMANENT = 500
_GREYLISTED_FOR = timedelta(minutes=5)
_STARTTLS_PORT, _TLS_PORT = 587, 465
_LOCAL = {"localhost", "127.0.0.1", "::1"}
# What mail providers give out; quoted local parts and addresses in other scripts are not written to.
_SPEC = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in: `smtps` speaks TLS from the first byte, `smtp` by STARTTLS unless it is this machine."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None
    password: str | None

    @staticmethod
    def parse(url: str) -> SmtpServer:
        """From `smtp://user:password@host:587` or `smtps://user:password@host:465`."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        host = parts.hostname or "localhost"
        return SmtpServer(
            host=host,
            port=parts.port or (_TLS_PORT if tls else _STARTTLS_PORT),
            tls=tls,
            starttls=not tls and host not in _LOCAL,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class Mail:
    """Sends from one address. A repeat after a crash carries the same Message-ID, by which mail systems fold it."""

    def __init__(self, server: SmtpServer, sender: str, clock: Callable[[], datetime]) -> None:
        self._server, self._sender, self._clock = server, sender, clock

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Hands the mail in; answers its Message-ID. Raises SendFailed."""
        mail = compose(effect_id, self._sender, to, message, self._clock())
        server = self._server
        try:
            await aiosmtplib.send(
                mail,
                hostname=server.host,
                port=server.port,
                use_tls=server.tls,
                start_tls=server.starttls,
                username=server.user,
                password=server.password,
                timeout=TIMEOUT_SECONDS,
            )
        except (SMTPException, OSError, ValueError) as error:
            raise _failure(error) from error
        return str(mail["Message-ID"])


def compose(effect_id: str, sender: str, to: str, message: Message, now: datetime) -> EmailMessage:
    """The mail with all its headers. Raises SendFailed where an address is none."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"], mail["To"] = _address(sender), _address(to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{effect_id}@{mail['From'].addresses[0].domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _address(text: str) -> Address:
    name, spec = parseaddr(text) if text.endswith(">") else ("", text)
    if not _SPEC.fullmatch(spec):
        raise SendFailed(f"not an address of mail: {text[:100]!a}", final=True)
    return Address(display_name=name, addr_spec=spec)


def _failure(error: Exception) -> SendFailed:
    """5xx is the server's last word about this recipient; everything else may be different later."""
    code, text = _answer(error)
    problem = f"{code} {text}" if code else f"{type(error).__name__}: {text}"
    if code >= _PERMANENT:
        reason = "bad_address" if isinstance(error, SMTPRecipientsRefused) else "refused"
        return SendFailed(f"{reason}: {problem}"[:500], final=True)
    if code:
        return SendFailed(f"temporary: {problem}"[:500], retry_after=_GREYLISTED_FOR)
    return SendFailed(problem[:500], final=isinstance(error, ValueError))


def _answer(error: Exception) -> tuple[int, str]:
    refused: Any = error
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        refused = error.recipients[0]
    if isinstance(refused, SMTPResponseException):
        return refused.code, str(refused.message)
    return 0, str(error)
