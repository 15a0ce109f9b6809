"""Keys and certificates of apps, made and shown at a terminal."""

import base64
import hashlib
import json
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from support.command_line import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "person")


def test_a_key_and_its_certificate(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.json("certificate", "new", "--name", "Mail reports", "--days", "30", "--out", str(tmp_path))
    certificate_file, key_file = Path(made["certificate_file"]), Path(made["key_file"])
    assert certificate_file.name == "mail-reports.pem" and key_file.name == "mail-reports.key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert key_file.read_text().startswith("-----BEGIN PRIVATE KEY-----"), "PKCS#8"
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey) and key.key_size == 3072
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    assert certificate.subject.rfc4514_string() == "CN=Mail reports" == certificate.issuer.rfc4514_string()
    assert certificate.public_key() == key.public_key()
    certificate.verify_directly_issued_by(certificate)
    left = certificate.not_valid_after_utc - datetime.now(timezone.utc)
    assert timedelta(days=29) < left <= timedelta(days=30)
    key.sign(b"x", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def test_thumbprints_and_the_entry_for_a_registration(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.json("certificate", "new", "--out", str(tmp_path / "folder" / "app.pem"))
    der = x509.load_pem_x509_certificate(Path(made["certificate_file"]).read_bytes()).public_bytes(
        serialization.Encoding.DER
    )
    shown = terminal.json("certificate", "show", made["certificate_file"])
    sha1, sha256 = hashlib.sha1(der).digest(), hashlib.sha256(der).digest()
    assert shown["thumbprint_sha1"] == sha1.hex().upper() and shown["thumbprint_sha256"] == sha256.hex().upper()
    assert shown["x5t"] == base64.urlsafe_b64encode(sha1).rstrip(b"=").decode()
    assert shown["x5t#S256"] == base64.urlsafe_b64encode(sha256).rstrip(b"=").decode()
    (entry,) = shown["key_credentials"]
    assert entry["type"] == "AsymmetricX509Cert" and entry["usage"] == "Verify"
    assert base64.b64decode(entry["key"]) == der and base64.b64decode(entry["customKeyIdentifier"]) == sha1
    assert shown == {name: value for name, value in made.items() if not name.endswith("_file")}
    text = terminal.good("certificate", "show", made["certificate_file"])
    assert shown["thumbprint_sha1"] in text and json.dumps(entry["customKeyIdentifier"]) in text


def test_nothing_is_overwritten(terminal: Terminal, tmp_path: Path) -> None:
    out = str(tmp_path / "app.pem")
    terminal.good("certificate", "new", "--out", out)
    before = [(tmp_path / name).read_bytes() for name in ("app.pem", "app.key")]
    assert "not overwritten" in terminal.refused("certificate", "new", "--out", out)
    assert [(tmp_path / name).read_bytes() for name in ("app.pem", "app.key")] == before
    (tmp_path / "app.pem").unlink()
    terminal.refused("certificate", "new", "--out", out)
    assert not (tmp_path / "app.pem").exists() and (tmp_path / "app.key").read_bytes() == before[1]
    (tmp_path / "link.key").symlink_to(tmp_path / "elsewhere")
    terminal.refused("certificate", "new", "--out", str(tmp_path / "link.pem"))
    assert not (tmp_path / "elsewhere").exists() and not (tmp_path / "link.pem").exists()


def test_pkcs12_and_der_are_read(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.json("certificate", "new", "--out", str(tmp_path / "app.pem"))
    certificate = x509.load_pem_x509_certificate((tmp_path / "app.pem").read_bytes())
    key = serialization.load_pem_private_key((tmp_path / "app.key").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    (tmp_path / "app.cer").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    protection = serialization.BestAvailableEncryption(b"open sesame")
    (tmp_path / "app.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"app", key, certificate, None, protection)
    )
    assert terminal.json("certificate", "show", str(tmp_path / "app.cer"))["x5t"] == made["x5t"]
    bundle = str(tmp_path / "app.p12")
    shown = terminal.json("certificate", "show", bundle, "--passphrase-stdin", stdin="open sesame\n")
    assert shown["x5t#S256"] == made["x5t#S256"]
    assert "passphrase" in terminal.refused("certificate", "show", bundle, "--passphrase-stdin", stdin="wrong\n")
    assert "--passphrase-stdin" in terminal.refused("certificate", "show", bundle)


@pytest.mark.parametrize("options", [["--days", "0"], ["--days", "x"], ["--name", ""]], ids=" ".join)
def test_usage_errors(terminal: Terminal, options: list[str]) -> None:
    terminal.refused("certificate", "new", *options, code=2)


def test_files_that_hold_none(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing")
    terminal.refused("certificate", "show", str(tmp_path / "text"))
    terminal.refused("certificate", "show", str(tmp_path / "absent"))
