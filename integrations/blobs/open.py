"""The file store that `THROUGHLINE_STORAGE_URL` names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from integrations.blobs.folder import BlobFolder
from integrations.ports import Blobs


def open_blobs(url: str) -> Blobs:
    """A store for a `file://` URL. Raises ValueError, with the mend, for any other."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path:
        raise ValueError(
            f"THROUGHLINE_STORAGE_URL {parts.scheme}:// is not supported by this version; "
            "set a folder, as in file:///var/lib/throughline/blobs"
        )
    return BlobFolder(Path(unquote(parts.path)))
