"""How the QR code of a phone sets up Collect: the office's choices, the phone's own, also on the printed card."""

import base64
import json
import zlib

from server.queries.phones_page import phones_page
from server.store.audit import audit
from tests.browsing import signed_in
from tests.office import SECRET, Office

OFFICE = "/petugas/ponsel/pengaturan"


def code(office: Office, name: str) -> dict:
    """What the QR code of a phone holds, as the page and the card show it."""
    found = phones_page(office.store, office.viewer("rina"), SECRET.encode(), office.address, office.project)
    card = next(card for card in found.cards if card.phone.name == name)
    return json.loads(zlib.decompress(base64.b64decode(card.qr)))


def test_a_phone_follows_its_office_until_it_is_set_up_by_itself(office: Office) -> None:
    office.phone_url("HP Sri")
    office.phone_url("HP Tono", "tono")
    rina = signed_in(office, "rina")
    rina.read(f"{OFFICE}?kantor={office.project}")
    fields = {"kantor": str(office.project), "image_size": "small", "admin_pw": "kunci kantor", "autosend": "-"}
    saved = rina.fill(OFFICE, fields)
    assert "Pindai lagi" in rina.read(saved.headers["location"]).text
    mine = next(
        row
        for row in office.as_("rina").get(f"/v1/projects/{office.project}/app-users").json
        if row["displayName"] == "HP Sri"
    )
    page = f"/petugas/ponsel/{mine['id']}"
    assert "Tetap: kecil" in rina.read(page).text
    assert "kunci kantor" not in rina.page.source
    assert (
        rina.fill(f"{page}/pengaturan", {"image_size": "very_small", "app_language": "", "navigation": "-"}).status
        == 303
    )
    sri, tono = code(office, "HP Sri"), code(office, "HP Tono")
    assert (sri["general"]["image_size"], tono["general"]["image_size"]) == ("very_small", "small")
    assert "app_language" not in sri["general"]
    assert tono["general"]["app_language"] == "in"
    assert sri["admin"]["admin_pw"] == tono["admin"]["admin_pw"] == "kunci kantor"
    assert sri["general"]["autosend"] == "wifi_and_cellular"
    assert sri["general"]["metadata_username"] == "Sri Wahyuni"
    assert sri["general"]["server_url"].startswith(f"{office.address}/v1/key/")
    assert rina.read(f"/petugas/ponsel/kartu?kantor={office.project}").text.count("Pindai dengan ODK Collect") == 2
    made = office.as_("rina").post(f"/v1/projects/{office.project}/app-users", {"displayName": "HP baru"}).json
    assert json.loads(zlib.decompress(base64.b64decode(made["qr"])))["general"]["image_size"] == "small"
    with office.store.read() as db:
        assert "kunci kantor" not in repr(db.execute(audit.select()).all())


def test_a_value_collect_would_drop_is_refused_at_its_field(office: Office) -> None:
    rina = signed_in(office, "rina")
    rina.read(f"{OFFICE}?kantor={office.project}")
    wrong = rina.fill(OFFICE, {"kantor": str(office.project), "autosend": "kadang"})
    assert (wrong.status, wrong.errors[0][0]) == (400, "autosend")
    assert signed_in(office, "sri").read(f"{OFFICE}?kantor={office.project}").status == 404
