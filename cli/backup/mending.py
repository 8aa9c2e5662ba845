"""What stands before and after a dump in the transaction that restores it.

A dump holds rows as they were; three things in them count on going on where they are. Transaction ids count places in
the feed, and another cluster counts from elsewhere. Leases and what is due name instants, and time went on. Grants name
a role, and here it may be called otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cli.backup.manifest import Manifest
from cli.commands.migrate import grants_up_to
from workers.carriers import CARRIERS

# Far above any place that the system may have told after the backup was taken: those are told apart for good.
GAP = 2**32


def before_script() -> str:
    """Everything of an earlier installation goes, when the end is reached."""
    return "BEGIN;\nDROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n"


def after_script(manifest: Manifest, app_role: str | None, *, drill: bool) -> str:
    """Grants, places, leases; then it holds. A drill sends nothing outside of what waited in the backup."""
    statements = [
        "SET LOCAL search_path = public, pg_temp",
        *_grants(manifest, app_role),
        *_places(int(manifest.frontier), manifest.moment),
        *(_silence() if drill else ()),
        *_waiting(manifest.moment),
        "COMMIT",
    ]
    return "".join(f"\n{statement};" for statement in statements) + "\n"


def _grants(manifest: Manifest, role: str | None) -> Iterator[str]:
    """What the migrations up to the backup's grant; of the roles that were, a dump without owners tells nothing."""
    if role is not None:
        yield from grants_up_to(manifest.revision, role)


def _places(frontier: int, taken_at: datetime) -> Iterator[str]:
    """The feed goes on above everything that was ever told (docs/decisions/0012)."""
    first = frontier + GAP
    yield (
        f"DO $$ BEGIN EXECUTE format('CREATE OR REPLACE FUNCTION feed_offset() RETURNS bigint LANGUAGE sql IMMUTABLE "
        f"PARALLEL SAFE RETURN %s', {first} - pg_snapshot_xmin(pg_current_snapshot())::text::bigint); END $$"
    )
    yield (
        "INSERT INTO restorations (restored_at, taken_at, last_place, first_place) "  # noqa: S608
        f"VALUES (now(), '{taken_at.isoformat()}', {frontier}, {first})"
    )


def _waiting(taken_at: datetime) -> Iterator[str]:
    """For what waited no time has gone by: it keeps its order, and what was leased ends its lease."""
    away = f"(now() - '{taken_at.isoformat()}'::timestamptz)"
    moved = f"tried_since = tried_since + {away}"
    yield f"UPDATE outbox SET lease_until = lease_until + {away}, {moved} WHERE state = 'leased'"  # noqa: S608
    yield f"UPDATE outbox SET due_at = due_at + {away}, {moved} WHERE state = 'ready' AND due_at < now()"  # noqa: S608


def _silence() -> Iterator[str]:
    kinds = ", ".join(f"'{kind}'" for kind in sorted(CARRIERS))
    yield (
        "UPDATE outbox SET state = 'dead', problem = 'restored for a drill', settled_at = now(), "  # noqa: S608
        f"settled_by = 'restore', lease_until = NULL WHERE state IN ('ready', 'leased') AND kind IN ({kinds})"
    )
    yield "UPDATE webhook_endpoints SET paused_at = coalesce(paused_at, now())"
