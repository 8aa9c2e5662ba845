"""The only module that knows pyotp: codes of an authenticator app, and recovery codes for when it is lost.

Nothing that opens anything is kept: a factor is an id, and both its secret and its recovery codes follow from that id
and the installation's secret. So a copy of the database opens no account, and an answer given again is the same.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import datetime
from uuid import UUID

import pyotp

from usecases.people.tokens import derived_key

ISSUER = "Throughline"
STEP_SECONDS = 30
RECOVERY_CODES = 10
_SECRET_BYTES = 20  # RFC 4226 recommends 160 bits
_RECOVERY_BYTES = 10
_DRIFT = (0, -1, 1)  # a phone's clock may be half a minute off, and typing takes time
_DIGITS = re.compile(r"[0-9]{6}")


class OneTimeCodes:
    """Makes and judges the codes of this installation."""

    def __init__(self, secret: str) -> None:
        self._key = derived_key(secret, "second factors")

    def secret(self, factor_id: UUID) -> str:
        """What an authenticator app is given, as base32."""
        return base64.b32encode(self._derived(f"totp/{factor_id}")[:_SECRET_BYTES]).decode()

    def uri(self, factor_id: UUID, login: str) -> str:
        """The same as an otpauth URI, for a QR code."""
        return pyotp.TOTP(self.secret(factor_id)).provisioning_uri(name=login, issuer_name=ISSUER)

    def step_of(self, factor_id: UUID, code: str, now: datetime) -> int | None:
        """The step of time that a code belongs to; None where it is none of these moments."""
        if not _DIGITS.fullmatch(code):
            return None
        app, step = pyotp.TOTP(self.secret(factor_id)), int(now.timestamp()) // STEP_SECONDS
        found = [step + drift for drift in _DRIFT if hmac.compare_digest(app.generate_otp(step + drift), code)]
        return found[0] if found else None

    def recovery_codes(self, factor_id: UUID, batch: int) -> list[str]:
        """Ten codes, each good once, of a batch; the next batch replaces them."""
        return [self._recovery_code(factor_id, batch, number) for number in range(RECOVERY_CODES)]

    def recovery_number(self, factor_id: UUID, batch: int, code: str) -> int | None:
        """Which of a batch a code is; None where it is none."""
        given = re.sub(r"[\s-]", "", code).lower()
        codes = [made.replace("-", "") for made in self.recovery_codes(factor_id, batch)]
        found = [n for n, made in enumerate(codes) if hmac.compare_digest(made.encode(), given.encode())]
        return found[0] if found else None

    def _recovery_code(self, factor_id: UUID, batch: int, number: int) -> str:
        bits = self._derived(f"recovery/{factor_id}/{batch}/{number}")[:_RECOVERY_BYTES]
        text = base64.b32encode(bits).decode().lower()
        return "-".join(text[start : start + 4] for start in range(0, len(text), 4))

    def _derived(self, use: str) -> bytes:
        return hmac.digest(self._key, use.encode(), "sha256")
