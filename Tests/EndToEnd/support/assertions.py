"""Client assertions made by hand, right and wrong."""

import base64
import hashlib
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Credential:
    """A certificate with its key, both PEM."""

    certificate: str
    key: str

    @property
    def der(self) -> bytes:
        return x509.load_pem_x509_certificate(self.certificate.encode()).public_bytes(Encoding.DER)

    @property
    def sha1(self) -> bytes:
        return hashlib.sha1(self.der).digest()

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.der).digest()


def self_signed(name: str, start: timedelta = timedelta(days=-1), end: timedelta = timedelta(days=30)) -> Credential:
    """A certificate of one's own, valid between two moments from now."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now + start).not_valid_after(now + end)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Credential(certificate.public_bytes(Encoding.PEM).decode(), private.decode())


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Assertion:
    """A good assertion of a client at a token endpoint; tests change one part of it."""

    client_id: str
    audience: str
    credential: Credential
    algorithm: str = "PS256"
    header: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    now: float = field(default_factory=time.time)

    def thumbprints(self) -> dict[str, str]:
        """PS256 goes with SHA-256, RS256 with SHA-1, as the platform documents them."""
        if self.algorithm == "PS256":
            return {"x5t#S256": unpadded(self.credential.sha256)}
        return {"x5t": unpadded(self.credential.sha1)}

    def sign(self) -> str:
        """The assertion; a claim that was set to None is left out."""
        issued = int(self.now)
        claims: dict[str, Any] = {
            "aud": self.audience, "iss": self.client_id, "sub": self.client_id, "jti": str(uuid.uuid4()),
            "nbf": issued, "iat": issued, "exp": issued + 600, **self.claims,
        }
        header = {"alg": self.algorithm, "typ": "JWT", **(self.header or self.thumbprints())}
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, kept, RSAKey.import_key(self.credential.key), algorithms=[self.algorithm])
