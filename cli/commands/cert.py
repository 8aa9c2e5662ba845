"""`throughline cert`: https for phones on the factory's network, and the page by which each phone comes to trust it."""

from __future__ import annotations

import argparse
import os
import re
from contextlib import suppress
from datetime import UTC, datetime

import qrcode

from cli.folder import Folder
from cli.install_page import server
from cli.ports import insist_on
from cli.stop import Stop
from cli.tls import Certificates, make, own_names
from wiring.settings import data_dir_of

HTTPS_PORT = 8443
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")


def describe(parser: argparse.ArgumentParser) -> None:
    """Names, and whether the page is shown."""
    parser.add_argument("names", nargs="*", help="names or addresses of this machine; found out where none are given")
    parser.add_argument("--page-port", type=int, default=8080, help="where the page for phones is shown (8080)")
    parser.add_argument("--no-page", action="store_true", help="only make the certificate")


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing, say what to do next, and show the page until Ctrl-C."""
    names = [name.lower() for name in arguments.names] or own_names()
    for name in names:
        if not _NAME.fullmatch(name):
            raise Stop(f"{name} is no name or address of a machine; write it as in factory.local or 192.168.1.20.")
    certificates = Certificates(Folder(data_dir_of(os.environ)).root / "tls")
    make(certificates, names, datetime.now(UTC))
    url = f"https://{names[0]}:{HTTPS_PORT}/floor/"
    print(f"The certificate holds for {', '.join(names)} 证书已做好")
    print(f"The next start of Throughline (make run) serves {url} 下次启动后可用")
    if not arguments.no_page:
        _show(certificates, url, names[0], arguments.page_port)
    return 0


def _show(certificates: Certificates, url: str, name: str, port: int) -> None:
    insist_on("0.0.0.0", port)
    address = f"http://{name}:{port}/"
    print(f"\nEach phone, once: open {address} 每台手机扫一次：\n")
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(invert=True)
    print("Ctrl-C ends this page 按 Ctrl-C 结束", flush=True)
    with server(certificates, url, port) as serving, suppress(KeyboardInterrupt):
        serving.serve_forever()
