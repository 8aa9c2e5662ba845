"""The outside as this installation is connected to it: who carries messages, who fetches, whose signature counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from integrations.mail.client import Mail, SmtpServer
from integrations.mailbox.client import Mailbox, MailboxFolder
from integrations.ports import Fetcher, Messenger
from wiring.settings import Settings


@dataclass(frozen=True, slots=True)
class Outside:
    """By channel. What is missing here is not configured."""

    messengers: Mapping[str, Messenger]
    fetchers: Mapping[str, Fetcher]

    @property
    def channels(self) -> frozenset[str]:
        """Over which channels somebody can be told something; in the app always."""
        return frozenset({"in_app", *self.messengers})


def outside_of(settings: Settings, mailbox: MailboxFolder, clock: Callable[[], datetime]) -> Outside:
    """A demo never writes to anybody: its mail and text messages go to the mailbox, as do those without a server."""
    mail: Messenger = Mailbox(mailbox, "email", clock)
    if settings.smtp_url and not settings.demo:
        mail = Mail(SmtpServer.parse(settings.smtp_url), settings.mail_from, clock)
    return Outside(messengers={"email": mail, "sms": Mailbox(mailbox, "sms", clock)}, fetchers={})
