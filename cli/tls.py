"""The factory's own authority and its server certificate, for phones on the factory's network.

A browser gives camera and service worker to https alone, and a name inside a factory gets no public certificate. So
the installation makes an authority of its own, which can vouch for private addresses and the names given to it and for
nothing else: whoever steals its key cannot pose as a bank. It stays in the data folder (0600), lives ten years and is
installed on each phone once; the certificate lives 397 days, the longest that iOS takes, and is made anew by a start
that finds less than 30 left.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cli.folder import write_private

_AUTHORITY_LIVES, _CERTIFICATE_LIVES = timedelta(days=3650), timedelta(days=397)
_RENEWED_BEFORE = timedelta(days=30)
_CLOCKS_DIFFER = timedelta(days=1)
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128")
_LOCAL_NAMES = ("local", "localhost", "lan", "internal", "home.arpa")


@dataclass(frozen=True)
class Certificates:
    """Where they lie: `authority` is what phones install, `server` and `key` are what the server speaks with."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate."""
        return self.folder / "authority.crt"

    @property
    def server(self) -> Path:
        """The server's certificate."""
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        """The server's key."""
        return self.folder / "server.key"

    @property
    def exist(self) -> bool:
        """Whether `throughline cert` was run here."""
        return self.server.exists() and self.key.exists()

    @property
    def names(self) -> list[str]:
        """Names and addresses that the certificate holds for, the one for people first."""
        told: list[str] = json.loads((self.folder / "names.json").read_text())
        return told

    def is_fresh(self, now: datetime) -> bool:
        """Whether the certificate holds for another month."""
        return _read(self.server).not_valid_after_utc - now > _RENEWED_BEFORE


def make(certificates: Certificates, names: Sequence[str], now: datetime) -> None:
    """A certificate for these names, by the authority that is there already or by a new one."""
    certificates.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _vouches(certificates, names):
        _make_authority(certificates, names, now)
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _read(certificates.authority)
    signer = _signer(certificates)
    made = (
        _begun(names[0], authority.subject, key, now, _CERTIFICATE_LIVES)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    write_private(certificates.key, _pem(key))
    certificates.server.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (certificates.folder / "names.json").write_text(json.dumps(list(names)))


def _signer(certificates: Certificates) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key((certificates.folder / "authority.key").read_bytes(), None)
    return cast(ec.EllipticCurvePrivateKey, key)


def _make_authority(certificates: Certificates, names: Sequence[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Throughline {names[0]}")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        _begun(f"Throughline {names[0]}", subject, key, now, _AUTHORITY_LIVES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(certificates.folder / "authority.key", _pem(key))
    certificates.authority.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _begun(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lives: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now - _CLOCKS_DIFFER + lives)
    )


def _permitted(names: Sequence[str]) -> list[x509.GeneralName]:
    """What the authority may vouch for: private addresses, local names, and the names given."""
    given = [name for name in names if not _is_address(name)]
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in _PRIVATE]
    return [*networks, *(x509.DNSName(name) for name in dict.fromkeys([*_LOCAL_NAMES, *given]))]


def _vouches(certificates: Certificates, names: Sequence[str]) -> bool:
    """Whether the authority that is there may vouch for these names too."""
    if not certificates.authority.exists() or not (certificates.folder / "authority.key").exists():
        return False
    limits = _read(certificates.authority).extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = {name.value for name in limits.permitted_subtrees or () if isinstance(name, x509.DNSName)}
    wanted = [name for name in names if not _is_address(name)]
    return all(any(name == known or name.endswith(f".{known}") for known in permitted) for name in wanted)


def _name(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def own_names() -> list[str]:
    """How phones on the same network may call this machine: the address by which it reaches the network, then names."""
    host = socket.gethostname().lower()
    names = [_outward_address(), host if "." in host else f"{host}.local", "localhost", "127.0.0.1"]
    return list(dict.fromkeys(name for name in names if name))


def _outward_address() -> str:
    """The address that packets to elsewhere would carry; nothing is sent. Empty without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:
            return ""
    return address
