"""Encrypts a filled form as Collect does before it sends it (openrosa.md section 13)."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

# Collect writes the second, the specification the first.
NAMESPACES = ("http://opendatakit.org/submissions", "http://www.opendatakit.org/xforms/encrypted")
_OAEP = OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


@dataclass(frozen=True, slots=True)
class Keys:
    """A pair as an office makes it with openssl: the PEM it keeps, the text it writes into `public_key`."""

    private: rsa.RSAPrivateKey

    @classmethod
    def make(cls) -> "Keys":
        return cls(rsa.generate_private_key(65537, 2048))

    @property
    def public_text(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return base64.b64encode(self.private.public_key().public_bytes(serialization.Encoding.DER, form)).decode()

    def pem(self, passphrase: str | None = None) -> str:
        lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            lock = serialization.BestAvailableEncryption(passphrase.encode())
        kind = serialization.PrivateFormat.PKCS8
        return self.private.private_bytes(serialization.Encoding.PEM, kind, lock).decode()


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes over the wire: the envelope, and the encrypted files by name."""

    envelope: bytes
    files: dict[str, bytes]


def encrypt(
    keys: Keys,
    form: str,
    version: str,
    instance: str,
    xml: bytes,
    media: Mapping[str, bytes] | None = None,
    *,
    namespace: str = NAMESPACES[1],
    signed: bytes | None = None,
) -> Sent:
    """`signed`: the answers the signature is about, when they are others than those sent."""
    key = os.urandom(32)
    public = keys.private.public_key()
    wrapped = base64.b64encode(public.encrypt(key, _OAEP)).decode()
    seed = bytearray(hashlib.md5(instance.encode() + key).digest())
    lines, files = [form, version, wrapped, instance], {}
    for number, (name, data) in enumerate([*(media or {}).items(), ("submission.xml", xml)]):
        seed[number % 16] = (seed[number % 16] + 1) % 256
        files[f"{name}.enc"] = _sealed(key, bytes(seed), data)
        told = signed if signed is not None and name == "submission.xml" else data
        lines.append(f"{name}::{hashlib.md5(told).hexdigest()}")
    digest = hashlib.md5("".join(f"{line}\n" for line in lines).encode()).digest()
    signature = base64.b64encode(public.encrypt(digest, _OAEP)).decode()
    names = "".join(f"<media><file>{name}.enc</file></media>" for name in media or {})
    envelope = (
        f'<data xmlns="{namespace}" encrypted="yes" id="{form}" version="{version}">'
        f"<base64EncryptedKey>{wrapped}</base64EncryptedKey>"
        f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{instance}</orx:instanceID></orx:meta>'
        f"{names}<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature></data>"
    )
    return Sent(envelope.encode(), files)


def _sealed(key: bytes, vector: bytes, data: bytes) -> bytes:
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), CFB(vector)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
