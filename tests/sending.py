"""Sending by hand, byte by byte: what a broken phone, a proxy or an attacker might send."""

from collections.abc import Mapping
from uuid import uuid4

from lxml import etree

from forms.schema import Schema
from tests.office import Answer, Client

BOUNDARY = "----batas-uji"


def multipart(xml: bytes | None, files: Mapping[str, bytes] | None = None, boundary: str = BOUNDARY) -> bytes:
    """A body as Collect makes it: the XML part first, then a part per file named by its file."""
    parts = []
    if xml is not None:
        parts.append(("xml_submission_file", "kiriman.xml", "text/xml", xml))
    parts += [(name, name, "application/octet-stream", data) for name, data in (files or {}).items()]
    body = b""
    for name, filename, kind, data in parts:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
        body += f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def send(url: str, xml: bytes | None, files: Mapping[str, bytes] | None = None, body: bytes | None = None) -> Answer:
    """POSTs a submission to a phone's server address."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}
    return Client(url).ask(
        "POST", url_path(url) + "/submission", multipart(xml, files) if body is None else body, headers
    )


def url_path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def answers_xml(
    form: str,
    version: str,
    answers: Mapping[str, str],
    *,
    schema: Schema | None = None,
    instance: str | None = None,
    **meta: str,
) -> bytes:
    """A submission with these answers, each where the form's `schema` has it (at the top without one).

    `meta`: deprecatedID, …; `entity` is raw XML.
    """
    root = etree.Element("data", id=form, version=version)
    for name, value in answers.items():
        field = schema.by_name(name) if schema else None
        node = root
        for step in (field.path if field else f"/{name}").strip("/").split("/"):
            found = node.find(step)
            node = etree.SubElement(node, step) if found is None else found
        node.text = value
    entity = meta.pop("entity", "")
    block = etree.SubElement(root, "meta")
    ids = {"instanceID": instance if instance is not None else f"uuid:{uuid4()}", **meta}
    for name, value in ids.items():
        if value:
            etree.SubElement(block, name).text = value
    if entity:
        block.append(etree.fromstring(entity))
    return etree.tostring(root, encoding="utf-8")


def intake(
    schema: Schema,
    *,
    entrance: str = "laporan",
    age: int = 13,
    day: str = "2026-03-02",
    case: str | None = None,
    **more: str,
) -> tuple[str, bytes]:
    """An ABH intake with what routes it; gives the case id and the XML."""
    case = case or str(uuid4())
    entity = f'<entity dataset="kasus_abh" id="{case}" create="1"><label>A. B.</label></entity>'
    answers = {
        "tgl_laporan": day,
        "jenis_masuk": entrance,
        "inisial": "A. B.",
        "jk": "L",
        "usia_saat_kejadian": str(age),
    }
    meta = {name: more.pop(name) for name in ("instance", "deprecatedID", "version") if name in more}
    version = meta.pop("version", schema.version)
    xml = answers_xml("abh_laporan_awal", version, {**answers, **more}, schema=schema, entity=entity, **meta)
    return case, xml


def follow_up(schema: Schema, case: str, answers: Mapping[str, str], *, day: str = "2026-03-02", **meta: str) -> bytes:
    """A follow-up form of a case, without an entity block."""
    told = {"kasus_id": case, "tgl_kegiatan": day, **answers}
    return answers_xml(schema.form_id, schema.version, told, schema=schema, **meta)


def offered(url: str, **query: str) -> dict[str, dict[str, str]]:
    """What a formList offers: {form id: its elements by name}. `url` is the server address of a phone."""
    more = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    answer = Client(url).get(f"{url_path(url)}/formList{more}")
    assert answer.status == 200, answer.text
    items = [
        {etree.QName(child).localname: child.text or "" for child in item} for item in etree.fromstring(answer.body)
    ]
    return {item["formID"]: item for item in items}
