"""TLS: certificates that are trusted, taken anyway, or refused."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet.endpoints import serverFromString
from twisted.internet.protocol import Factory

from live import failed, in_reactor, play, running_reactor
from right_server import RightServer
from wsconform.driver.dial import trusted
from wsconform.driver.settings import Target

pytestmark = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL:DeprecationWarning")
"""Twisted does that; nothing here can help it."""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key, and a certificate for 127.0.0.1 and test.example that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test.example")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("test.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_file, file = folder / "key.pem", folder / "cert.pem"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return key_file, file


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


@contextlib.contextmanager
def tls_server(files: tuple[Path, Path]) -> Iterator[Target]:
    key, file = files
    words = f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={file}"
    factory = Factory.forProtocol(RightServer)
    factory.noisy = False
    port: Any = in_reactor(lambda: serverFromString(running_reactor(), words).listen(factory))
    try:
        yield Target("127.0.0.1", port.getHost().port, secure=True)
    finally:
        in_reactor(port.stopListening)


def test_a_trusted_certificate_is_taken(files: tuple[Path, Path]) -> None:
    with tls_server(files) as target:
        trusting = replace(target, cafile=str(files[1]))
        assert not failed(play(("1.1.*", "2.10"), trusting))
        named = replace(trusting, server_name="test.example")
        assert not failed(play(("1.1.1",), named))


def test_any_certificate_is_taken_if_the_user_says_so(files: tuple[Path, Path]) -> None:
    with tls_server(files) as target:
        outcome = play(("1.1.1",), replace(target, insecure=True, server_name="other.example"))
    assert not failed(outcome)


def test_an_unknown_certificate_is_refused_with_the_reason(files: tuple[Path, Path]) -> None:
    with tls_server(files) as target:
        outcome = play(("1.1.*",), target)
    assert "certificate verify failed" in outcome.unreachable


def test_a_certificate_for_another_name_is_refused(files: tuple[Path, Path]) -> None:
    with tls_server(files) as target:
        other = replace(target, cafile=str(files[1]), server_name="other.example")
        assert play(("1.1.1",), other).unreachable


def test_a_file_without_certificates_is_an_error() -> None:
    with pytest.raises(ValueError, match="no certificate"):
        trusted(b"-----BEGIN NOTHING-----")
