"""A bucket that speaks as much of S3 as our client does: whole and multipart uploads, reading, and being away."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_XML = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass
class Bucket:
    """`objects` by key; `uploads` are multipart ones under way. `away` makes it answer nothing but 503."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    away: bool = False


@contextmanager
def s3_bucket(name: str) -> Iterator[Bucket]:
    """A bucket on a free port of this machine."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"bucket": bucket}))
    server.daemon_threads = True
    endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    bucket.url = f"s3://{name}/kept?endpoint={endpoint}&region=us-east-1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        key, query, body = self._asked()
        if self._gone():
            return
        if "uploadId" in query:
            self.bucket.uploads[query["uploadId"][0]][int(query["partNumber"][0])] = body
        else:
            self.bucket.objects[key] = body
        self._tell(200, b"", {"ETag": f'"{hashlib.md5(body).hexdigest()}"'})

    def do_POST(self) -> None:
        key, query, _ = self._asked()
        if self._gone():
            return
        if "uploads" in query:
            upload = str(len(self.bucket.uploads))
            self.bucket.uploads[upload] = {}
            told = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
        else:
            parts = self.bucket.uploads.pop(query["uploadId"][0])
            self.bucket.objects[key] = b"".join(parts[number] for number in sorted(parts))
            told = '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'
        self._tell(200, (_XML + told).encode(), {"Content-Type": "application/xml"})

    def do_GET(self) -> None:
        key, _, _ = self._asked()
        if self._gone():
            return
        body = self.bucket.objects.get(key)
        if body is None:
            self._tell(404, f"{_XML}<Error><Code>NoSuchKey</Code></Error>".encode(), {})
        else:
            headers = {"ETag": '"x"', "Last-Modified": "Tue, 24 Nov 2026 08:00:00 GMT"}
            self._tell(200, body, headers)

    def _asked(self) -> tuple[str, dict[str, list[str]], bytes]:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        return parts.path, parse_qs(parts.query, keep_blank_values=True), body

    def _gone(self) -> bool:
        if self.bucket.away:
            self._tell(503, b"", {})
        return self.bucket.away

    def _tell(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
