"""Rate limits: for each actor by what they are, for whoever nobody knows by their address. Told on every answer.

Counted in the process's own memory, so that they cost no statement and no round trip; docs/decisions/ says what that
means. Headers by draft-ietf-httpapi-ratelimit-headers-10.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import monotonic

from starlette.requests import Request

from api.address import address_of
from domain.access.actor import Actor
from domain.access.address import site_of
from domain.access.pace import Pace, Taken, take
from domain.refusals.general import TOO_MANY_REQUESTS
from wiring.settings import Settings

TOLD = "throughline.pace"
KNOWN_AT_ONCE = 20_000
_BY_KIND = {"key": "keys", "user": "people", "customer": "people", "device": "people"}


class Paces:
    """The buckets of one process. Of those not heard of for longest, the least is known when there are too many."""

    def __init__(self, paces: Mapping[str, Pace | None], clock: Callable[[], float] = monotonic) -> None:
        self._paces, self._clock = paces, clock
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    @staticmethod
    def of(settings: Settings) -> Paces:
        """As the settings say, each process having its share."""
        said = {"people": settings.rate_people, "keys": settings.rate_keys, "addresses": settings.rate_addresses}
        paces = {name: Pace.parse(text) for name, text in said.items()}
        return Paces({name: pace and pace.shared_by(settings.api_processes) for name, pace in paces.items()})

    def charge_actor(self, request: Request, actor: Actor) -> None:
        """One request of somebody. Raises TOO_MANY_REQUESTS."""
        policy = _BY_KIND.get(actor.kind)
        if policy is not None:
            self._charge(request, policy, actor.id)

    def charge_address(self, request: Request) -> None:
        """One request of whoever has not said who they are. Raises TOO_MANY_REQUESTS."""
        self._charge(request, "addresses", site_of(address_of(request)))

    def _charge(self, request: Request, policy: str, subject: str) -> None:
        pace = self._paces[policy]
        if pace is None:
            return
        taken = self._take(pace, (policy, subject))
        request.scope[TOLD] = _headers(policy, pace, taken)
        if taken.wait is not None:
            raise TOO_MANY_REQUESTS(retry_after=taken.wait)

    def _take(self, pace: Pace, subject: tuple[str, str]) -> Taken:
        taken = take(pace, self._full_at.get(subject, 0.0), self._clock())
        self._full_at[subject] = taken.full_at
        self._full_at.move_to_end(subject)
        if len(self._full_at) > KNOWN_AT_ONCE:
            self._full_at.popitem(last=False)
        return taken


def _headers(policy: str, pace: Pace, taken: Taken) -> list[tuple[bytes, bytes]]:
    return [
        (b"ratelimit-policy", f'"{policy}";q={pace.quota};w={pace.window}'.encode()),
        (b"ratelimit", f'"{policy}";r={taken.left};t={taken.full_in}'.encode()),
    ]
