"""Files on their way in and out: one piece for every route that takes or gives one.

In: streamed, judged by name and bytes, stored under its hash; the given name is kept as text and used for nothing. Out:
as an attachment, under a policy that lets it do nothing, its bytes checked before the first leaves.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import IO, Any
from urllib.parse import quote

import structlog
from fastapi import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.actor import parts_of
from api.route import VARY, names_tag
from domain.refusals.files import (
    ARCHIVE_EXCESSIVE,
    FILE_CONTENT_DIFFERS,
    FILE_DAMAGED,
    FILE_TYPE_UNSUPPORTED,
    FILES_UNAVAILABLE,
    IMAGE_TOO_LARGE,
)
from domain.refusals.general import BODY_TOO_LARGE, DISK_FULL, FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem, Kind
from domain.text import Text
from integrations.blobs.kinds import KINDS, MEDIA_TYPES, FileKind, look, look_at_proof
from integrations.ports import BlobDamaged, BlobMissing, BlobsAway, BlobsFull, BlobTooLarge, FileRefused

LARGEST_FILE_BYTES = 64 * 1024 * 1024
FORM_BYTES = LARGEST_FILE_BYTES + 64 * 1024
"""What a route that takes a file declares with `max_body_bytes`: the file and the form around it."""
LARGEST_PHOTO_BYTES = 20 * 1024 * 1024
PHOTO_FORM_BYTES = LARGEST_PHOTO_BYTES + 64 * 1024
"""The same for a photo."""
UNKNOWN_TYPE = "application/octet-stream"
GIVEN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file itself 文件内容",
        "content": {media_type: {} for media_type in sorted(MEDIA_TYPES | {UNKNOWN_TYPE})},
    }
}
"""What a route that gives a file declares as its `responses`."""

_PIECE_BYTES = 256 * 1024
_LONGEST_NAME = 200
_SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_REFUSALS: dict[str, Kind] = {
    "type_unknown": FILE_TYPE_UNSUPPORTED,
    "content_differs": FILE_CONTENT_DIFFERS,
    "too_many_pixels": IMAGE_TOO_LARGE,
    "archive_excessive": ARCHIVE_EXCESSIVE,
}
_log = structlog.stdlib.get_logger("files")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the store holds under its `sha256`, with the name it was given and the type that it is."""

    file_name: str
    media_type: str
    size_bytes: int
    sha256: str


async def keep(request: Request, file: UploadFile, *, field: str = "/file") -> KeptFile:
    """Judge a file and store it. Raises what is declared in domain.refusals.files, BODY_TOO_LARGE, DISK_FULL."""
    name = _name(file.filename or "", field)
    extension = name.rpartition(".")[2] if "." in name else ""
    return await _kept(request, file, name, lambda content: look(content, extension), field, LARGEST_FILE_BYTES)


async def keep_photo(request: Request, file: UploadFile, *, field: str = "/file") -> KeptFile:
    """The same for a photo or a spoken note, which is known by its bytes alone."""
    return await _kept(request, file, "photo", look_at_proof, field, LARGEST_PHOTO_BYTES)


async def _kept(
    request: Request,
    file: UploadFile,
    name: str,
    judge: Callable[[IO[bytes]], FileKind],
    field: str,
    limit_bytes: int,
) -> KeptFile:
    try:
        kind = await asyncio.to_thread(judge, file.file)
        stored = await parts_of(request).blobs.put(_pieces(file.file), limit_bytes)
    except FileRefused as refused:
        raise _refusal(refused, field) from None
    except BlobTooLarge:
        raise BODY_TOO_LARGE(limit_bytes=limit_bytes) from None
    except BlobsFull:
        raise DISK_FULL() from None
    except BlobsAway as away:
        _log.warning("files_away", problem=str(away))
        raise FILES_UNAVAILABLE() from away
    return KeptFile(name, kind.media_type, stored.size_bytes, stored.sha256)


async def give(request: Request, file: KeptFile, *, cache: str = "private, no-cache") -> Response:
    """The file, whole or the range that is asked for. Raises NOT_FOUND, FILE_DAMAGED, FILES_UNAVAILABLE."""
    headers = {**_headers(file), "cache-control": cache}
    if names_tag(request.headers.get("if-none-match"), headers["etag"]):
        return Response(None, 304, headers)
    content = await _opened(request, file)
    start, end = _range(request, file) or (0, file.size_bytes - 1)
    whole = (start, end) == (0, file.size_bytes - 1)
    if not whole:
        headers["content-range"] = f"bytes {start}-{end}/{file.size_bytes}"
    headers["content-length"] = str(end - start + 1)
    media_type = file.media_type if file.media_type in MEDIA_TYPES else UNKNOWN_TYPE
    return StreamingResponse(_part(content, start, end), 200 if whole else 206, headers, media_type)


def _name(given: str, field: str) -> str:
    """The last part of what a client calls a file, on whatever system; it is shown, and never used as a path."""
    name = PureWindowsPath(given).name.strip()
    stem, dot, extension = name.rpartition(".")
    name = stem[: _LONGEST_NAME - len(extension) - 1] + dot + extension
    odd = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in name)
    if not name or odd or len(name) > _LONGEST_NAME:
        text = Text("文件须有不含控制字符的名称", "needs a name without control characters")
        raise FIELD_INVALID(FieldProblem(field, "name_invalid", text), summary=field)
    return name


def _refusal(refused: FileRefused, field: str) -> Exception:
    kind = _REFUSALS[refused.reason]
    facts = {**refused.facts, "accepted": ", ".join(KINDS)}
    return kind(FieldProblem(field, refused.reason, kind.text.fill(facts)), **facts)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield piece


async def _opened(request: Request, file: KeptFile) -> IO[bytes]:
    try:
        return await parts_of(request).blobs.open(file.sha256)
    except BlobMissing:
        _log.error("file_missing", sha256=file.sha256, file_name=file.file_name)
        raise NOT_FOUND() from None
    except BlobDamaged:
        _log.error("file_damaged", sha256=file.sha256, file_name=file.file_name)
        raise FILE_DAMAGED() from None
    except BlobsAway as away:
        raise FILES_UNAVAILABLE() from away


def _headers(file: KeptFile) -> dict[str, str]:
    return {
        "accept-ranges": "bytes",
        "content-disposition": disposition(file.file_name),
        "content-security-policy": _SANDBOX,
        "etag": f'"{file.sha256}"',
        "vary": VARY,
    }


def disposition(name: str) -> str:
    """`attachment` with the name in both spellings of RFC 6266; the plain one for clients that read no other."""
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "_" for letter in name)
    plain = plain.replace("\\", "_").replace('"', "_").replace("%", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _range(request: Request, file: KeptFile) -> tuple[int, int] | None:
    """First and last byte of one range that can be given; any other wish is answered with the whole, as HTTP allows."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    fresh = request.headers.get("if-range", f'"{file.sha256}"') == f'"{file.sha256}"'
    if asked is None or not fresh or asked[0] == "bytes=-" or not file.size_bytes:
        return None
    last = file.size_bytes - 1
    if not asked[1]:
        start, end = max(0, file.size_bytes - int(asked[2])), last
    else:
        start, end = int(asked[1]), min(int(asked[2] or last), last)
    return (start, end) if start <= end else None


async def _part(content: IO[bytes], start: int, end: int) -> AsyncIterator[bytes]:
    left = end - start + 1
    try:
        content.seek(start)
        while left and (piece := await asyncio.to_thread(content.read, min(left, _PIECE_BYTES))):
            left -= len(piece)
            yield piece
    finally:
        content.close()
