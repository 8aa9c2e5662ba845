"""The customer's side: codes, messages, complaints."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# Signing in
CODE_INVALID = kind(
    "code_invalid", Nature.UNAUTHENTICATED, "验证码不正确或已失效", "The code is not right, or has expired"
)
