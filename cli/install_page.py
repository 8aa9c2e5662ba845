"""The page that a phone is shown once: get the factory's authority, trust it, open the app. Plain http, no script."""

from __future__ import annotations

import html
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cli.tls import Certificates

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>一单到底 · 安装 Install</title>
<style>body{{font:18px/1.6 system-ui,sans-serif;margin:0 auto;max-width:640px;padding:24px;color:#12202c;
background:#fff}}
a.do{{display:block;margin:16px 0;padding:18px;border-radius:6px;background:#17527d;color:#fff;font-weight:600;
text-align:center;text-decoration:none}}h2{{margin-top:32px}}li{{margin:8px 0}}.en{{color:#3f4d5a}}</style></head><body>
<h1>一单到底 · 手机安装<br><span class="en">Throughline on this phone</span></h1>
<p>只做一次。Once for each phone.</p>
<a class="do" href="/authority.crt">1. 下载工厂证书 Get the factory's certificate</a>
<h2>安卓 Android</h2><ol>
<li>设置 → 安全 → 加密与凭据 → 安装证书 → <b>CA 证书</b>，选刚下载的 throughline.crt。
<br><span class="en">Settings → Security → Encryption &amp; credentials → Install a certificate →
<b>CA certificate</b>, and choose throughline.crt.</span></li></ol>
<h2>苹果 iPhone, iPad</h2><ol>
<li>用 Safari 打开本页并下载。<span class="en">Open this page in Safari and download.</span></li>
<li>设置 → 已下载描述文件 → 安装。<span class="en">Settings → Profile Downloaded → Install.</span></li>
<li>设置 → 通用 → 关于本机 → 证书信任设置，打开 <b>{name}</b>。
<span class="en">Settings → General → About → Certificate Trust Settings: switch on <b>{name}</b>.</span></li></ol>
<a class="do" href="{url}">2. 打开 Open {url}</a>
<p>再用浏览器菜单「添加到主屏幕」。<span class="en">Then 'Add to home screen' in the browser's menu.</span></p>
</body></html>"""


def page(url: str, name: str) -> bytes:
    """The page for an installation that is found at `url` and whose authority is called `name`."""
    return _PAGE.format(url=html.escape(url, quote=True), name=html.escape(name)).encode()


def server(certificates: Certificates, url: str, port: int) -> ThreadingHTTPServer:
    """Serves the page and the authority on every address of this machine until it is shut down."""
    shown = page(url, f"Throughline {certificates.names[0]}")
    authority = certificates.authority.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/authority.crt":
                self._send(authority, "application/x-x509-ca-cert", 'attachment; filename="throughline.crt"')
            else:
                self._send(shown, "text/html; charset=utf-8", "inline")

        def _send(self, content: bytes, media_type: str, disposition: str) -> None:
            self.send_response(200)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(content)))
            self.send_header("content-disposition", disposition)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing: whoever installs is nobody's business."""

    return ThreadingHTTPServer(("0.0.0.0", port), Handler)
