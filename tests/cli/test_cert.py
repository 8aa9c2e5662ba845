"""`throughline cert`: a certificate that browsers take once they trust the authority, and no wider than it must be."""

from __future__ import annotations

import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from cli.install_page import server
from cli.main import main
from cli.ports import free_port
from cli.tls import Certificates, make
from tests.support.serving import environment
from wiring.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """Made for a factory's machine."""
    made = Certificates(tmp_path / "tls")
    make(made, ["factory.local", "192.168.1.20", "127.0.0.1"], NOW)
    return made


def authority_of(certificates: Certificates) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificates.authority.read_bytes())


@pytest.mark.parametrize("name", ["factory.local"])
def test_a_browser_that_trusts_the_authority_takes_the_certificate(certificates: Certificates, name: str) -> None:
    verifier = PolicyBuilder().store(Store([authority_of(certificates)])).time(NOW).build_server_verifier(
        x509.DNSName(name)
    )  # fmt: skip
    shown = x509.load_pem_x509_certificate(certificates.server.read_bytes())
    assert len(verifier.verify(shown, [])) == 2
    assert shown.not_valid_after_utc - NOW <= timedelta(days=397)


def test_the_authority_cannot_vouch_for_the_world(certificates: Certificates, tmp_path: Path) -> None:
    limits = authority_of(certificates).extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    permitted = {str(name.value) for name in limits.value.permitted_subtrees or ()}
    assert {"factory.local", "192.168.0.0/16"} <= permitted
    assert "com" not in permitted
    verifier = PolicyBuilder().store(Store([authority_of(certificates)])).time(NOW).build_server_verifier(
        x509.DNSName("bank.example.com")
    )  # fmt: skip
    with pytest.raises(VerificationError):
        verifier.verify(x509.load_pem_x509_certificate(certificates.server.read_bytes()), [])


def test_keys_are_their_owners_alone_and_the_authority_stays(certificates: Certificates) -> None:
    for name in ("authority.key", "server.key"):
        assert stat.S_IMODE((certificates.folder / name).stat().st_mode) == 0o600
    before = certificates.authority.read_bytes()
    make(certificates, ["factory.local", "10.0.0.8"], NOW)
    assert certificates.authority.read_bytes() == before, "phones need not install it again"
    assert certificates.names == ["factory.local", "10.0.0.8"]
    make(certificates, ["erp.example.com"], NOW)
    assert certificates.authority.read_bytes() != before, "this name it could not vouch for"


def test_a_certificate_near_its_end_is_told(certificates: Certificates) -> None:
    assert certificates.is_fresh(NOW)
    assert not certificates.is_fresh(NOW + timedelta(days=380))


@pytest.fixture
def shown(certificates: Certificates) -> Iterator[str]:
    """The page for phones."""
    port = free_port()
    with server(certificates, "https://factory.local:8443/floor/", port) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}"
        serving.shutdown()


def test_the_page_gives_the_authority_and_the_steps_and_no_key(shown: str, certificates: Certificates) -> None:
    page = httpx.get(shown)
    assert "iPhone" in page.text
    assert "安卓" in page.text
    assert "https://factory.local:8443/floor/" in page.text
    given = httpx.get(f"{shown}/authority.crt")
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    assert given.content == certificates.authority.read_bytes()
    assert b"PRIVATE" not in httpx.get(f"{shown}/authority.key").content


def test_the_server_speaks_https_by_it(settings: Settings, certificates: Certificates) -> None:
    port = free_port()
    environ = environment(
        settings, THROUGHLINE_PORT=str(port), THROUGHLINE_PUBLIC_URL=f"https://127.0.0.1:{port}",
        THROUGHLINE_TLS_CERTIFICATE=str(certificates.server), THROUGHLINE_TLS_KEY=str(certificates.key),
    )  # fmt: skip
    trusting = ssl.create_default_context(cafile=str(certificates.authority))
    process = subprocess.Popen([sys.executable, "-m", "cli", "api"], env=environ)
    try:
        answer = _asked(f"https://127.0.0.1:{port}/healthz", trusting)
        assert answer.json() == {"status": "ok"}
        assert "strict-transport-security" in answer.headers
    finally:
        process.kill()
        process.wait()


def _asked(url: str, trusting: ssl.SSLContext) -> httpx.Response:
    deadline = time.monotonic() + 60
    while True:
        try:
            return httpx.get(url, verify=trusting)
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_the_command_makes_it_and_says_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THROUGHLINE_DATA_DIR", str(tmp_path))
    assert main(["cert", "--no-page", "factory.local"]) == 0
    assert "https://factory.local:8443/floor/" in capsys.readouterr().out
    assert Certificates(tmp_path / "tls").exist
    assert main(["cert", "--no-page", "fac tory"]) == 2
