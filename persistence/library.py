"""Documents as they are edited and published: drafts change, versions never do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from persistence.tx import Tx

_PUBLISH_IF_NEW = """
INSERT INTO documents (kind, key, version, body, published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""
_NEXT = "SELECT coalesce(max(version), 0) + 1 FROM documents WHERE kind = $1 AND key = $2"
_PUBLISH = """
INSERT INTO documents (kind, key, version, body, published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6)
"""
_LIST = """
SELECT coalesce(d.key, t.key) AS key, d.version, d.body, d.published_at, d.published_by, t.key IS NOT NULL AS has_draft
FROM (SELECT DISTINCT ON (key) * FROM documents WHERE kind = $1 ORDER BY key, version DESC) d
FULL JOIN (SELECT key FROM document_drafts WHERE kind = $1) t ON t.key = d.key ORDER BY 1 LIMIT 1000
"""
_VERSIONS = (
    "SELECT version, published_at, published_by FROM documents WHERE kind = $1 AND key = $2 ORDER BY version DESC"
)
_READ = "SELECT body, published_at, published_by FROM documents WHERE kind = $1 AND key = $2 AND version = $3"
_DRAFT = "SELECT body, version, edited_at, edited_by FROM document_drafts WHERE kind = $1 AND key = $2"
_SAVE_DRAFT = """
INSERT INTO document_drafts AS d (kind, key, body, version, edited_at, edited_by) VALUES ($1, $2, $3, 1, $4, $5)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, version = d.version + 1, edited_at = excluded.edited_at,
  edited_by = excluded.edited_by WHERE $6::int IS NULL OR d.version = $6
RETURNING version
"""
_DROP_DRAFT = "DELETE FROM document_drafts WHERE kind = $1 AND key = $2"
_STATE = "SELECT count(*) || ' ' || coalesce(max(published_at)::text, '') FROM documents"
# An order type's field is closed by the newest version that has it; a form's by the version that a workflow names.
_CLOSED = """
WITH own AS (
  SELECT DISTINCT ON (d.key, p.key) d.key AS within, p.key AS name, p.value->'x-read' AS read
  FROM documents d, json_each(d.body->'fields'->'properties') p
  WHERE d.kind = 'order_type' AND json_typeof(d.body->'fields'->'properties') = 'object'
    AND json_typeof(p.value) = 'object'
  ORDER BY d.key, p.key, d.version DESC
), forms AS (
  SELECT t->>'action' AS within, p.key AS name, p.value->'x-read' AS read
  FROM documents w CROSS JOIN json_array_elements(w.body->'transitions') t
  JOIN documents f ON f.kind = 'form' AND f.key || '@' || f.version = t->>'form'
  CROSS JOIN json_each(f.body->'schema'->'properties') p
  WHERE w.kind = 'workflow' AND json_typeof(f.body->'schema'->'properties') = 'object'
    AND json_typeof(p.value) = 'object'
)
SELECT 'extension' AS place, within, name, read FROM own WHERE read IS NOT NULL
UNION ALL SELECT 'payload', within, name, read FROM forms WHERE read IS NOT NULL
"""
_REFERENCES = "SELECT key || '@' || version AS reference FROM documents WHERE kind = $1 ORDER BY 1"


async def publish_if_new(tx: Tx, kind: str, key: str, version: int, body: Mapping[str, Any]) -> int:
    """Publish one version unless it is there; says how many were (0 or 1)."""
    return await tx.connection.run(_PUBLISH_IF_NEW, kind, key, version, body, tx.now, tx.actor.id)


async def publish_next(tx: Tx, kind: str, key: str, body: Mapping[str, Any]) -> int:
    """Publish a body as the next version, which is also written into it, and say which that is."""
    version: int = await tx.connection.value(_NEXT, kind, key)
    await tx.connection.run(_PUBLISH, kind, key, version, {**body, "version": version}, tx.now, tx.actor.id)
    return version


async def state(tx: Tx) -> str:
    """A text that changes with every published version."""
    told: str = await tx.connection.value(_STATE)
    return told


async def closed_fields(tx: Tx) -> list[Mapping[str, Any]]:
    """Every field whose document says who may read it: place, within, name, and `read` as a list of roles."""
    return list(await tx.connection.rows(_CLOSED))


async def list_documents(tx: Tx, kind: str) -> list[Mapping[str, Any]]:
    """The newest version of every document of a kind, and whether a draft is being edited."""
    return list(await tx.connection.rows(_LIST, kind))


async def versions(tx: Tx, kind: str, key: str) -> list[Mapping[str, Any]]:
    """When each version was published, newest first."""
    return list(await tx.connection.rows(_VERSIONS, kind, key))


async def read_version(tx: Tx, kind: str, key: str, version: int) -> Mapping[str, Any] | None:
    """One published version, or None."""
    return await tx.connection.row(_READ, kind, key, version)


async def read_draft(tx: Tx, kind: str, key: str) -> Mapping[str, Any] | None:
    """The draft being edited, or None."""
    return await tx.connection.row(_DRAFT, kind, key)


async def save_draft(tx: Tx, kind: str, key: str, body: Mapping[str, Any], expected: int | None) -> int | None:
    """Write the draft; None where it is no longer the expected version."""
    version: int | None = await tx.connection.value(_SAVE_DRAFT, kind, key, body, tx.now, tx.actor.id, expected)
    return version


async def drop_draft(tx: Tx, kind: str, key: str) -> int:
    """Forget the draft; says how many there were (0 or 1)."""
    return await tx.connection.run(_DROP_DRAFT, kind, key)


async def references(tx: Tx, kind: str) -> list[str]:
    """Every published version of a kind as `key@version`."""
    return [row["reference"] for row in await tx.connection.rows(_REFERENCES, kind)]
