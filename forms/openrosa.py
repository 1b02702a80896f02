"""The texts stock ODK Collect reads: form list, manifest, answer to a submission, integrity.

Values in, bytes out; written as escaped text because phones ask for the first two every few minutes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

LIST_NAMESPACE = "http://openrosa.org/xforms/xformsList"
MANIFEST_NAMESPACE = "http://openrosa.org/xforms/xformsManifest"
RESPONSE_NAMESPACE = "http://openrosa.org/http/response"
SUBMISSIONS_NAMESPACE = "http://opendatakit.org/submissions"

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form a phone may download. `md5` is the hex digest of the exact bytes at `download_url`."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str | None = None


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file a form needs. `type` is `entityList` for a list of entities, which also has `integrity_url`."""

    filename: str
    md5: str
    download_url: str
    type: str | None = None
    integrity_url: str | None = None


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>"


def _hash(md5: str) -> str:
    return md5 if md5.startswith("md5:") else f"md5:{md5}"


def form_list(items: Iterable[ListedForm]) -> bytes:
    """The xformsList document. A form without a name is listed by its id: one empty name breaks the whole list."""
    parts = [_HEAD, f'<xforms xmlns="{LIST_NAMESPACE}">']
    for item in items:
        parts += [
            "<xform>",
            _element("formID", item.form_id),
            _element("name", item.name.strip() or item.form_id),
            _element("version", item.version),
            _element("hash", _hash(item.md5)),
            _element("downloadUrl", item.download_url),
            _element("manifestUrl", item.manifest_url) if item.manifest_url else "",
            "</xform>",
        ]
    parts.append("</xforms>\n")
    return "".join(parts).encode()


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The xformsManifest document. List only files that can be delivered: one 404 aborts the form's download."""
    parts = [_HEAD, f'<manifest xmlns="{MANIFEST_NAMESPACE}">']
    for file in files:
        parts += [
            f"<mediaFile type={quoteattr(file.type)}>" if file.type else "<mediaFile>",
            _element("filename", file.filename),
            _element("hash", _hash(file.md5)),
            _element("downloadUrl", file.download_url),
            _element("integrityUrl", file.integrity_url) if file.integrity_url else "",
            "</mediaFile>",
        ]
    parts.append("</manifest>\n")
    return "".join(parts).encode()


def response(message: str, nature: str = "submit_success") -> bytes:
    """The OpenRosaResponse whose `message` Collect shows. `nature` is `submit_success` or `submit_error`."""
    text = escape(_NOT_XML.sub("", message))
    body = f'<OpenRosaResponse xmlns="{RESPONSE_NAMESPACE}" items="0"><message nature={quoteattr(nature)}>{text}'
    return f"{_HEAD}{body}</message></OpenRosaResponse>\n".encode()


def id_chunk(ids: Iterable[str], cursor: str) -> bytes:
    """The ids of submissions as Briefcase reads them, and the cursor that gives the next ones."""
    items = "".join(_element("id", instance_id) for instance_id in ids)
    body = f"<idList>{items}</idList>{_element('resumptionCursor', cursor)}"
    return f'{_HEAD}<idChunk xmlns="{SUBMISSIONS_NAMESPACE}">{body}</idChunk>\n'.encode()


def one_submission(root: bytes, files: Iterable[ListedFile]) -> bytes:
    """A submission as Briefcase reads it: `root` is the element itself, without an XML declaration."""
    media = "".join(
        "<mediaFile>"
        + _element("filename", file.filename)
        + _element("hash", _hash(file.md5))
        + _element("downloadUrl", file.download_url)
        + "</mediaFile>"
        for file in files
    )
    head = f'{_HEAD}<submission xmlns="{SUBMISSIONS_NAMESPACE}"><data>'
    return head.encode() + root + f"</data>{media}</submission>\n".encode()


def integrity(rows: Iterable[tuple[str, bool]]) -> bytes:
    """Which of the entities a phone asked about are gone for it; ids never seen are left out by the caller."""
    items = "".join(
        f"<entity id={quoteattr(_NOT_XML.sub('', entity_id))}>{_element('deleted', str(deleted).lower())}</entity>"
        for entity_id, deleted in rows
    )
    return f"{_HEAD}<data><entities>{items}</entities></data>\n".encode()
