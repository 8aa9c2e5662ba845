"""The three apps for browsers, as they were built: pages never kept, what carries a hash in its name kept for good."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from domain.refusals.general import NOT_FOUND

routes = APIRouter(include_in_schema=False)
BUILT = Path(__file__).resolve().parent.parent / "clients" / "dist"
APPS = ("floor", "portal", "console")
_METHODS = ["GET", "HEAD"]

# Nothing from elsewhere, nothing inline. WebAssembly is the decoder of the floor's scanner; blob: and data: are
# photos that were taken a moment ago and signatures drawn on glass.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "media-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_PAGE = {
    "content-security-policy": _POLICY,
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(self)",
    "cache-control": "no-cache",
}
_FOR_GOOD = {"cache-control": "public, max-age=31536000, immutable"}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("text/javascript", ".js")
_NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Throughline</title>
<h1>客户端还没有构建 The clients are not built</h1>
<p>接口正常运行。请用 <code>make run</code> 启动，它会先构建客户端。</p>
<p>The interface runs. Start by <code>make run</code>, which builds the clients first.</p></html>"""


def _add(app: str) -> None:
    """The routes of one app."""

    async def without_slash(request: Request) -> Response:
        """Relative, so that a proxy's own name stays in the address."""
        return RedirectResponse(f"/{app}/", 308)

    async def page(request: Request, path: str) -> Response:
        """A file of the app, or its page for every address that the app itself understands."""
        return _page(request, BUILT / app, path)

    routes.add_api_route(f"/{app}", without_slash, methods=_METHODS)
    routes.add_api_route(f"/{app}/{{path:path}}", page, methods=_METHODS)


for _app in APPS:
    _add(_app)


def _page(request: Request, folder: Path, path: str) -> Response:
    if not (folder / "index.html").is_file():
        return HTMLResponse(_NOT_BUILT, 404, {"cache-control": "no-store"})
    found = _file_of(folder, path)
    if found is not None:
        return _sent(request, found, _FOR_GOOD if path.startswith("assets/") else _PAGE)
    if _is_of_a_file(folder, path) or ".." in path:
        raise NOT_FOUND()
    return _sent(request, folder / "index.html", _PAGE)


def _is_of_a_file(folder: Path, path: str) -> bool:
    """Whether an address can only mean a file: a script that is gone must not be answered by a page, which the browser
    would run. Deeper in, a dot may be of a name that the app understands, such as the number of an article.
    """
    first, deeper, _ = path.partition("/")
    return "." in path.rpartition("/")[2] and (not deeper or (folder / first).is_dir())


def _file_of(folder: Path, path: str) -> Path | None:
    """The file at `path` inside the folder; None where there is none, or it would lie outside."""
    if "\0" in path or len(path) > 200:
        return None
    asked = (folder / path).resolve()
    return asked if asked.is_relative_to(folder.resolve()) and asked.is_file() else None


def _sent(request: Request, path: Path, headers: Mapping[str, str]) -> Response:
    """The file, compressed where a copy lies beside it and the browser takes it."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    accepted = request.headers.get("accept-encoding", "")
    varied = {**headers, "vary": "accept-encoding"}
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if encoding in accepted and packed.is_file():
            return FileResponse(packed, headers={**varied, "content-encoding": encoding}, media_type=media_type)
    return FileResponse(path, headers=varied, media_type=media_type)
