"""When something really happened, told by a clock that may be wrong by days.

corrected = occurred_at + (receive time - sent_at): the device's own clock measures only how long ago it was. Nothing is
decided by the device's clock: no deadline, no price, no state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FLAGGED_OVER = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Skew:
    """How far a device's clock is off: `offset` is what has to be added to its times."""

    offset: timedelta

    @staticmethod
    def of(sent_at: datetime, received_at: datetime) -> Skew:
        """From the moment at which the device says it sent, and the one at which it arrived."""
        return Skew(received_at - sent_at)

    @property
    def flagged(self) -> bool:
        """Whether it is off by more than five minutes, so that a person should set it."""
        return abs(self.offset) > FLAGGED_OVER

    @property
    def seconds(self) -> int:
        """The offset in whole seconds."""
        return round(self.offset.total_seconds())

    def corrected(self, occurred_at: datetime, received_at: datetime) -> datetime:
        """The device's instant by our clock; never later than it was received."""
        try:
            told = occurred_at + self.offset
        except OverflowError:
            return received_at
        return min(told, received_at)
