"""A case list as a phone fetches it, without the phone: manifest, CSV, integrity, asked over HTTP."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from tests.office import Answer, Client

_LIST = "{http://openrosa.org/xforms/xformsList}"
_MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@dataclass
class Lists:
    """The lists of one phone (its address with the token) or of one person's Collect (`client` signed in)."""

    url: str
    client: Client | None = None
    form: str = "abh_asesmen"

    def get(self, url: str) -> Answer:
        path = urlsplit(url)
        client = self.client or Client(self.url)
        return client.get(path.path + (f"?{path.query}" if path.query else ""))

    def file(self, name: str = "kasus_abh") -> dict[str, str]:
        """What the manifest says of a list: filename, hash, downloadUrl, integrityUrl."""
        answer = self.get(f"{self.url}/formList?formID={self.form}")
        assert answer.status == 200, answer.text
        manifest = etree.fromstring(answer.body).findtext(f"{_LIST}xform/{_LIST}manifestUrl")
        assert manifest
        for item in etree.fromstring(self.get(manifest).body).iter(f"{_MANIFEST}mediaFile"):
            told = {etree.QName(part).localname: part.text or "" for part in item}
            if told["filename"] == f"{name}.csv":
                return told
        raise AssertionError(f"{name}.csv is not in the manifest")

    def hash(self, name: str = "kasus_abh") -> str:
        return self.file(name)["hash"]

    def rows(self, name: str = "kasus_abh") -> dict[str, dict[str, str]]:
        """The rows by id."""
        answer = self.get(self.file(name)["downloadUrl"])
        assert answer.status == 200, answer.text
        return {row["name"]: row for row in csv.DictReader(io.StringIO(answer.text))}

    def gone(self, ids: Iterable[str], name: str = "kasus_abh") -> dict[str, bool]:
        """What the integrity address says of these ids."""
        answer = self.get(f"{self.file(name)['integrityUrl']}?id={','.join(ids)}")
        assert answer.status == 200, answer.text
        found = etree.fromstring(answer.body).iter("entity")
        return {entity.get("id", ""): entity.findtext("deleted") == "true" for entity in found}
