"""Documents of a factory, changed and published over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.support import Api


async def publish(api: Api, path: str, key: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """The next version of a document: version 1, changed."""
    body = (await api.get(f"/{path}/{key}/versions/1", role="admin")).json()
    change(body)
    saved = await api.request("PUT", f"/{path}/{key}/draft", role="admin", json=body)
    assert saved.status_code == 200, saved.text
    done = await api.post(f"/{path}/{key}/draft/publish", None, role="admin")
    assert done.status_code == 201, done.text
