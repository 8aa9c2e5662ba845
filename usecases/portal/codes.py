"""What makes login codes and what is kept of them, under a key of this installation."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from domain.portal.codes import DIGITS, account_hash, code_hash, code_of
from usecases.people.tokens import derived_key


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes codes by chance. `key` has 32 bytes."""

    key: bytes = field(repr=False)

    @staticmethod
    def from_secret(secret: str) -> Codes:
        """A key of this use only, derived from the installation's secret."""
        return Codes(derived_key(secret, "portal codes"))

    def fresh(self) -> str:
        """A new code."""
        return code_of(secrets.randbelow(10**DIGITS))

    def account(self, email: str) -> str:
        """What stands for an address in folded form."""
        return account_hash(self.key, email)

    def hash(self, account: str, code: str) -> str:
        """What is kept of a code that was sent to an account."""
        return code_hash(self.key, account, code)


def fresh_token() -> str:
    """An opaque token of 256 random bits: a session's, or a browser's own mark."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of it. The bits are random, so that a plain hash suffices."""
    return hashlib.sha256(token.encode()).hexdigest()
