"""Encrypted submissions opened with the private key of their form (openrosa.md 13).

Nothing here keeps a key. What the key opens is checked against the signature the phone made; the signature is
made with the public key, so it shows damage, not who sent it.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from forms.envelope import Envelope

_BLOCK = 16
_AES_KEY = 32


class KeyUnusable(Exception):
    """What was given is no RSA private key (`reason` "unreadable") or its passphrase is another ("passphrase")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CannotOpen(Exception):
    """The submission does not open: another key, or damaged."""


def public_key(text: str) -> bytes | None:
    """A form's public key as DER, however its base64 is broken into lines; None when it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_public_key(text: str) -> bool:
    """Whether phones can encrypt with it: an RSA key."""
    der = public_key(text)
    try:
        return der is not None and isinstance(serialization.load_der_public_key(der), rsa.RSAPublicKey)
    except (ValueError, UnsupportedAlgorithm):
        return False


class PrivateKey:
    """An RSA private key as somebody gives it for one export. Its text shows nothing of it."""

    def __init__(self, pem: bytes, passphrase: bytes | None = None) -> None:
        """`pem`: PKCS#8 or traditional. Raises KeyUnusable."""
        try:
            key = serialization.load_pem_private_key(pem, passphrase or None)
        except TypeError:
            # It has a passphrase and none was given, or the other way about.
            if not passphrase:
                raise KeyUnusable("passphrase") from None
            try:
                key = serialization.load_pem_private_key(pem, None)
            except (ValueError, UnsupportedAlgorithm):
                raise KeyUnusable("unreadable") from None
        except (ValueError, UnsupportedAlgorithm):
            raise KeyUnusable("passphrase" if passphrase and b"ENCRYPTED" in pem else "unreadable") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyUnusable("unreadable")
        self._key = key

    @property
    def public(self) -> bytes:
        """The public half as DER, as `public_key` reads it from a form."""
        return self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def unwrap(self, text: str) -> bytes:
        """What was encrypted to this key, from base64. Raises CannotOpen."""
        try:
            return self._key.decrypt(base64.b64decode(text), oaep())
        except (ValueError, binascii.Error):
            raise CannotOpen from None

    def __repr__(self) -> str:
        return "PrivateKey(…)"


def oaep() -> OAEP:
    """The padding of keys and signatures."""
    return OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def vector(instance_id: str, key: bytes, number: int) -> bytes:
    """The initialisation vector of the file with this number: every file changes one more byte of the seed."""
    seed = bytearray(hashlib.md5(instance_id.encode() + key, usedforsecurity=False).digest())
    for step in range(number + 1):
        seed[step % _BLOCK] = (seed[step % _BLOCK] + 1) % 256
    return bytes(seed)


def cipher(instance_id: str, key: bytes, number: int) -> Cipher:
    """AES-256 in CFB mode for the file with this number."""
    return Cipher(algorithms.AES(key), CFB(vector(instance_id, key, number)))


class Opened:
    """A submission whose key has been unwrapped."""

    def __init__(self, held: Envelope, private: PrivateKey) -> None:
        """Raises CannotOpen when it was encrypted to another key."""
        self.envelope = held
        self._key = private.unwrap(held.key)
        if len(self._key) != _AES_KEY:
            raise CannotOpen
        self._signature = private.unwrap(held.signature) if held.signature else None

    def file(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of a file (media by its name in the envelope, or the answers). Raises CannotOpen on damage."""
        numbers = {held: number for number, held in enumerate(self.envelope.files)}
        number = numbers.get(name, len(self.envelope.files))
        decryptor = cipher(self.envelope.instance_id, self._key, number).decryptor()
        unpadder = padding.PKCS7(_BLOCK * 8).unpadder()
        try:
            for chunk in chunks:
                yield unpadder.update(decryptor.update(chunk))
            yield unpadder.update(decryptor.finalize())
            yield unpadder.finalize()
        except ValueError:
            raise CannotOpen from None

    def is_signed(self, digests: Sequence[tuple[str, str]]) -> bool:
        """Whether the signature is that of these files: (name without .enc, MD5 as hex), in order, the answers last."""
        return self._signature is not None and self._signature == digest_of(self.envelope, digests)


def digest_of(held: Envelope, digests: Iterable[tuple[str, str]]) -> bytes:
    """The MD5 a phone signs."""
    head = [held.form_id, *filter(None, (held.version,)), held.key, held.instance_id]
    lines = [*head, *(f"{name}::{digest}" for name, digest in digests)]
    return hashlib.md5("".join(f"{line}\n" for line in lines).encode(), usedforsecurity=False).digest()
