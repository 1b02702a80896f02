"""A form that was uploaded as XForm XML: what phones and this server need of it, checked as for a workbook."""

import re

from lxml import etree

from forms import schema
from forms.converted import Converted
from forms.encryption import is_public_key
from forms.findings import Finding, has_errors
from forms.schema import RESERVED_PREFIX, attribute, local
from forms.xlsform_checks import MAX_ID, MAX_VERSION, is_form_id, is_version

MAX_BYTES = 8 * 2**20
_XFORMS = "http://www.w3.org/2002/xforms"
_BESIDE = re.compile(r"jr://(?:file|file-csv)/[^/\\\\.][^/\\\\]*|jr://instance/last-saved")
_XHTML = "http://www.w3.org/1999/xhtml"


def is_xform(data: bytes) -> bool:
    """Whether the bytes are meant to be an XForm: XML whose outermost element is a page of XHTML."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and _XHTML.encode() in head and b"html" in head


def read(data: bytes, name: str = "") -> Converted:
    """An XForm as `forms.xlsform.convert` gives a workbook's. Never raises for a bad one: findings say what is wrong.

    Codes: `xform.*`, and those of `xlsform.*` for what both kinds of forms may not do here.
    """
    if len(data) > MAX_BYTES:
        return _refused(name, Finding("xform.too_large", args={"megabytes": MAX_BYTES // 2**20}))
    if b"<!DOCTYPE" in data.replace(b"\0", b"").upper():  # with NULs out, also in UTF-16
        return _refused(name, Finding("xform.doctype"))
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        made = schema.read(etree.tostring(root, encoding="unicode"))
    except etree.XMLSyntaxError as error:
        return _refused(name, Finding("xform.not_xml", args={"reason": error.msg, "line": error.lineno}))
    except (ValueError, RecursionError):
        return _refused(name, Finding("xform.no_instance"))
    findings = (*_identity(made), *_content(root, made))
    for node in root.iter(f"{{{_XFORMS}}}submission"):
        node.attrib.pop("action", None)
    # The exact bytes where they are text phones read as such; else the same in UTF-8.
    exact = _is_utf8(root, data) and not made.submission.action
    text = data.decode("utf-8-sig") if exact else etree.tostring(root, encoding="unicode")
    xform = None if has_errors(findings) else text
    return Converted(made.form_id, made.title or name or made.form_id, made.version, xform, None, findings)


def _refused(name: str, finding: Finding) -> Converted:
    return Converted("", name, "", None, None, (finding,))


def _is_utf8(root: etree._Element, data: bytes) -> bool:
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    return encoding in ("UTF-8", "US-ASCII", "ASCII") and b"\0" not in data


def _identity(made: schema.Schema) -> list[Finding]:
    found = []
    if not made.form_id:
        found.append(Finding("xform.no_form_id"))
    elif not is_form_id(made.form_id):
        found.append(Finding("xlsform.bad_form_id", args={"form_id": made.form_id[:100], "letters": MAX_ID}))
    if not made.version:
        found.append(Finding("xform.no_version", "warning"))
    elif not is_version(made.version):
        found.append(Finding("xlsform.bad_version", args={"letters": MAX_VERSION}))
    if not made.title:
        found.append(Finding("xform.no_title"))
    return found


def _content(root: etree._Element, made: schema.Schema) -> list[Finding]:
    found = []
    bodies = [node for node in root.iter() if local(node.tag) == "body"]
    if not bodies or not any(True for _ in made.questions()):
        found.append(Finding("xform.no_questions", "warning"))
    if not made.has_instance_id:
        found.append(Finding("xform.no_instance_id", "warning"))
    if made.submission.action:
        found.append(Finding("xlsform.submission_url", "warning", args={"address": made.submission.action}))
    if made.public_key and not is_public_key(made.public_key):
        found.append(Finding("xlsform.bad_public_key"))
    elif made.public_key:
        found.append(Finding("xlsform.encrypted", "warning"))
    for path in sorted(made.reserved):
        found.append(Finding("xlsform.alur_name", args={"name": path.rpartition("/")[2] or RESERVED_PREFIX}))
    odd = [node for node in root.iter(f"{{{_XFORMS}}}instance") if _is_odd(attribute(node, "src") or "")]
    found += [Finding("xlsform.media_name", args={"name": attribute(node, "src")}) for node in odd]
    return found


def _is_odd(source: str) -> bool:
    """Whether an instance comes from anywhere but a file that lies flat beside the form."""
    return bool(source) and not _BESIDE.fullmatch(source)
