"""A type per id, so that one kind is never passed where another is meant. All are UUIDv7, made at the edge."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

OrderId = NewType("OrderId", UUID)
EventId = NewType("EventId", UUID)
PersonId = NewType("PersonId", UUID)
SessionId = NewType("SessionId", UUID)
CustomerId = NewType("CustomerId", UUID)
IntakeId = NewType("IntakeId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
EffectId = NewType("EffectId", UUID)
