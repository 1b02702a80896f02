"""What an encrypted submission says in the clear: whose it is, which files belong to it (openrosa.md 13)."""

from dataclasses import dataclass

from lxml import etree

from forms.schema import attribute, local

XML_NAME = "submission.xml"
SUFFIX = ".enc"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands in the clear. `files`: the encrypted media in the order of their encryption; `xml_file`: the name of
    the encrypted answers."""

    form_id: str
    version: str | None
    instance_id: str
    key: str
    files: tuple[str, ...]
    xml_file: str
    signature: str

    @property
    def names(self) -> tuple[str, ...]:
        """All files the envelope needs, the answers last."""
        return (*self.files, *filter(None, (self.xml_file,)))


def is_envelope(root: etree._Element) -> bool:
    """Whether a submission is an encrypted one."""
    return attribute(root, "encrypted") == "yes"


def envelope(root: etree._Element) -> Envelope:
    """The envelope of an encrypted submission; names are matched without their namespace, which differs by client."""
    texts: dict[str, str] = {}
    files: list[str] = []
    instance = ""
    for child in root:
        name = local(child.tag)
        if name == "media":
            files += [(item.text or "").strip() for item in child if local(item.tag) == "file"]
        elif name == "meta":
            instance = next((item.text or "" for item in child if local(item.tag) == "instanceID"), "").strip()
        else:
            texts.setdefault(name, (child.text or "").strip())
    return Envelope(
        attribute(root, "id") or "",
        attribute(root, "version"),
        instance or (attribute(root, "instanceID") or "").strip(),
        texts.get("base64EncryptedKey", ""),
        tuple(filter(None, files)),
        texts.get("encryptedXmlFile", ""),
        texts.get("base64EncryptedElementSignature", ""),
    )


def plain_name(name: str) -> str:
    """The name of a file once it is decrypted."""
    return name.removesuffix(SUFFIX)
