"""Rina moves her office from another server: the forms it has used for years come in as they are."""

import io
import zipfile
from urllib.parse import quote

from forms.xlsform import convert
from tests.books import from_rows
from tests.browsing import signed_in
from tests.core.test_old_excel import old_book
from tests.office import Answer, Client, Office
from tests.phone.collect import Phone

SURVEY: list[list[object]] = [["type", "name", "label"], ["text", "nama", "Nama"], ["integer", "umur", "Umur"]]
OLD_EXCEL = {"Content-Type": "application/vnd.ms-excel"}
XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Pendataan 2009</h:title><model><instance><data id="1 Pendataan Anak (2009)"><nama/></data></instance>
<bind nodeset="/data/nama" type="string"/><submission action="http://lama.example/kirim" method="post"/></model>
</h:head>
<h:body><input ref="/data/nama"><label>Nama</label></input></h:body></h:html>
"""


def forms(office: Office, form_id: str = "") -> str:
    return f"/v1/projects/{office.project}/forms" + (f"/{quote(form_id)}" if form_id else "")


def create(rina: Client, office: Office, data: bytes, name: str, **headers: str) -> Answer:
    headers = {"X-XlsForm-FormId-Fallback": quote(name), **headers}
    return rina.ask("POST", f"{forms(office)}?publish=true&ignoreWarnings=true", data, headers)


def test_a_form_without_settings_is_called_after_its_file_and_its_next_change_needs_a_version(office: Office) -> None:
    rina = office.as_("rina")
    first = from_rows({"survey": SURVEY})
    asked = rina.ask("POST", f"{forms(office)}?publish=true", first, {"X-XlsForm-FormId-Fallback": "Survei 2019.xlsx"})
    assert (asked.status, asked.json["code"]) == (400, 400.16)
    made = create(rina, office, first, "Survei 2019.xlsx")
    assert made.status == 200, made.text
    assert (made.json["xmlFormId"], made.json["name"], made.json["version"]) == ("Survei_2019", "Survei 2019", "")

    phone = Phone(office.phone_url()).sync()
    sent = phone.resend(phone.report("Survei_2019", {"nama": "Budi", "umur": 9}))
    assert sent.status == 201, sent.message
    read = rina.get(f"{forms(office, 'Survei_2019')}/submissions.csv")
    assert "Budi,9," in read.text

    again = from_rows({"survey": [*SURVEY, ["text", "alamat", "Alamat"]]})
    draft = f"{forms(office, 'Survei_2019')}/draft"
    assert rina.post(f"{draft}?ignoreWarnings=true", again).status == 200
    refused = rina.post(f"{draft}/publish")
    assert (refused.status, refused.json["code"]) == (409, 409.6)
    assert rina.post(f"{draft}/publish?version=2").status == 200
    assert phone.sync().installed["Survei_2019"].form.version == "2"


def test_every_version_is_handed_back_byte_for_byte_as_it_was_uploaded(office: Office) -> None:
    rina = office.as_("rina")

    def book(version: object) -> dict[str, list[list[object]]]:
        return {"survey": SURVEY, "settings": [["form_id", "form_title", "version"], ["lama", "Lama", version]]}

    old, new = old_book(book(1.2)), with_macros(from_rows(book("2")))
    xform = b"\xef\xbb\xbf" + convert(from_rows(book("3"))).xform.encode()  # type: ignore[union-attr]
    made = create(rina, office, old, "lama.xls", **OLD_EXCEL)
    assert made.status == 200, made.text
    assert (made.json["xmlFormId"], made.json["version"]) == ("lama", "1.2")
    for next_one in (new, xform):
        assert rina.post(f"{forms(office, 'lama')}/draft?ignoreWarnings=true", next_one).status == 200
        assert rina.post(f"{forms(office, 'lama')}/draft/publish").status == 200

    macros = "application/vnd.ms-excel.sheet.macroEnabled.12"
    wanted = {"1.2": ("xls", old, "application/vnd.ms-excel"), "2": ("xlsm", new, macros), "3": ("xml", xform, "")}
    listed = rina.get(f"{forms(office, 'lama')}/versions").json
    assert {row["version"]: row["excelContentType"] or "" for row in listed} == {
        version: kind for version, (_, _, kind) in wanted.items()
    }
    for version, (ending, data, kind) in wanted.items():
        path = f"{forms(office, 'lama')}/versions/{version}"
        own = {"xls": ".xls", "xlsm": ".xlsx", "xml": ".xml?uploaded=true"}[ending]
        got = rina.get(f"{path}{own}")
        assert got.body == data, (version, got.text)
        assert f'filename="lama.{ending}"' in got.headers["content-disposition"]
        assert got.headers["content-type"].startswith(kind)
        for other in {".xls", ".xlsx", ".xml?uploaded=true"} - {own}:
            assert rina.get(f"{path}{other}").status == 404
    assert rina.get(f"{forms(office, 'lama')}.xml").body == xform.removeprefix(b"\xef\xbb\xbf")

    desk = signed_in(office, "rina")
    links = desk.read("/formulir/lama?bagian=versi").tree.xpath("//a[starts-with(@href, '/buku-kerja/form/')]")
    assert [link.text for link in links] == ["XML", "XLSM", "XLS"]
    for link, (version, (ending, data, _)) in zip(links, reversed(wanted.items()), strict=True):
        got = desk.ask("GET", link.get("href"))
        assert got.body == data
        assert f'filename="lama-{version}.{ending}"' in got.headers["content-disposition"]

    compared = rina.get(f"{forms(office, 'lama')}/versions/1.2/compare/2")
    assert compared.json["changes"] == []
    again = rina.post(f"{forms(office, 'lama')}/versions/1.2/publish?version=4&ignoreWarnings=true")
    assert (again.status, again.json["version"]) == (200, "4"), again.text


def with_macros(book: bytes) -> bytes:
    """The workbook as Excel keeps one with macros: another type for its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            after.writestr(name, data)
    return out.getvalue()


def test_an_xform_of_years_ago_sends_here_and_a_form_sent_twice_is_one(office: Office) -> None:
    rina = office.as_("rina")
    made = create(rina, office, XFORM.encode(), "lama.xml", **{"Content-Type": "application/xml"})
    assert made.status == 200, made.text
    form_id = "1 Pendataan Anak (2009)"
    assert "lama.example" not in rina.get(f"{forms(office, form_id)}.xml").text
    assert form_id in Phone(office.phone_url()).sync().installed
    answers = f'<data id="{form_id}"><nama>Budi</nama></data>'.encode()
    for _ in range(2):
        sent = rina.post(f"{forms(office, form_id)}/submissions", answers)
        assert sent.status in (200, 409), sent.text
    assert len(rina.get(f"{forms(office, form_id)}/submissions").json) == 1
    assert "Pendataan 2009" in signed_in(office, "rina").read(f"/formulir/{quote(form_id)}").text
    assert rina.get(f"{forms(office, form_id)}.svc/Submissions").json["value"][0]["nama"] == "Budi"
