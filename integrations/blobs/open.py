"""The file store that `THROUGHLINE_STORAGE_URL` names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from integrations.blobs.bucket import open_bucket
from integrations.blobs.folder import BlobFolder
from integrations.ports import Blobs


def open_blobs(url: str) -> Blobs:
    """A store for a `file://` or `s3://` URL. Raises ValueError, with the mend, for any other."""
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        return open_bucket(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path:
        raise ValueError(
            "THROUGHLINE_STORAGE_URL must name a folder, as in file:///var/lib/throughline/blobs, or a bucket, as in "
            "s3://bucket/prefix?region=cn-north-1"
        )
    return BlobFolder(Path(unquote(parts.path)))
