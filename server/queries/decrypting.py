"""Encrypted submissions opened for one export, with the key its reader gave; neither key nor answers are kept."""

import hashlib
from collections.abc import Iterator, Mapping

from lxml import etree
from sqlalchemy import select

from forms import submission as submission_xml
from forms.answer_tables import MISSING_DATA, NOT_DECRYPTED, NOT_SIGNED
from forms.encryption import CannotOpen, Opened, PrivateKey
from forms.envelope import XML_NAME, envelope, plain_name
from forms.submission import SubmissionError
from server.store import Store
from server.store.submissions import attachment


class Decrypter:
    """Opens submissions with a private key; without one it says of each what is missing."""

    def __init__(self, store: Store, private: PrivateKey | None) -> None:
        self._store = store
        self._private = private

    def answers(self, revision_id: int, root: etree._Element) -> tuple[str | None, bytes | None]:
        """The status and the decrypted XML of the answers of an envelope; None where they cannot be had."""
        held = envelope(root)
        blobs = self._blobs(revision_id)
        if not held.xml_file or blobs.get(held.xml_file) is None:
            return MISSING_DATA, None
        if self._private is None:
            return NOT_DECRYPTED, None
        try:
            opened = Opened(held, self._private)
            data = b"".join(opened.file(held.xml_file, self._store.blobs.stream(blobs[held.xml_file])))
            submission_xml.parse(data)
            signed = self._is_signed(opened, blobs, data)
        except (CannotOpen, SubmissionError):
            return NOT_DECRYPTED, None
        return None if signed else NOT_SIGNED, data

    def _is_signed(self, opened: Opened, blobs: Mapping[str, str], data: bytes) -> bool:
        """Whether the signature fits; while a file is still missing nobody can tell, and it is not held against it."""
        files = opened.envelope.files
        if not all(name in blobs for name in files):
            return True
        digests = [(plain_name(name), self._md5(opened.file(name, self._chunks(blobs[name])))) for name in files]
        return opened.is_signed([*digests, (XML_NAME, self._md5(iter((data,))))])

    @staticmethod
    def _md5(chunks: Iterator[bytes]) -> str:
        digest = hashlib.md5(usedforsecurity=False)
        for chunk in chunks:
            digest.update(chunk)
        return digest.hexdigest()

    def _chunks(self, blob: str) -> Iterator[bytes]:
        return self._store.blobs.stream(blob)

    def _blobs(self, revision_id: int) -> dict[str, str]:
        query = select(attachment.c.name, attachment.c.blob).where(
            attachment.c.revision_id == revision_id, attachment.c.blob.is_not(None)
        )
        with self._store.read() as db:
            return {row.name: row.blob for row in db.execute(query)}

    def file(self, root: etree._Element, name: str, blob: str) -> tuple[str, Iterator[bytes]]:
        """A file of an encrypted submission under its plain name; as it is when it cannot be opened."""
        if self._private is not None:
            try:
                opened = Opened(envelope(root), self._private)
                if name in opened.envelope.files:
                    return plain_name(name), opened.file(name, self._chunks(blob))
            except CannotOpen:
                pass
        return name, self._chunks(blob)
