"""The QR code that sets up stock ODK Collect."""

import base64
import json
import zlib

import pytest

from forms.collect_settings import SETTINGS, checked, collect_settings, settings_qr_text

URL = "http://10.0.0.2:8000/v1/key/" + "t" * 64 + "/projects/1"


def test_the_code_is_what_collects_scanner_unpacks_and_scans_well_with_everything_set() -> None:
    chosen = {s.name: s.choices[-1] if s.choices else "rahasia-kantor-12" for s in SETTINGS}
    settings = collect_settings(URL, "Dinas Sosial Kota Pasuruan", "Siti Aminah", checked(chosen))
    packed = settings_qr_text(settings)
    assert json.loads(zlib.decompress(base64.b64decode(packed))) == settings
    assert len(packed) < 1000


def test_a_managed_phone_gets_its_forms_and_sends_its_answers_by_itself_and_keeps_what_it_sent() -> None:
    settings = collect_settings(URL, "Dinsos", "siti")
    general, admin = settings["general"], settings["admin"]
    assert general["form_update_mode"] == "match_exactly"
    assert general["autosend"] == "wifi_and_cellular"
    assert general["delete_send"] is False
    assert general["analytics"] is False
    assert general["app_language"] == "in"
    assert general["metadata_username"] == "siti"
    assert admin["change_server"] is False
    assert admin["edit_saved"] is True
    assert "admin_pw" not in admin
    assert "metadata_email" not in general
    assert "automatic_update" not in general


def test_what_an_office_chooses_goes_to_the_section_collect_reads_it_from() -> None:
    chosen = checked(
        {
            "form_update_mode": "previously_downloaded",
            "admin_pw": " kunci kantor ",
            "get_blank": "ya",
            "app_language": "",
            "metadata_email": "sri@dinsos.test",
            "tidak_ada": "x",
        }
    )
    settings = collect_settings(URL, "Dinsos", "siti", chosen, login=("sri", "rahasia"))
    assert settings["general"]["automatic_update"] is True
    assert settings["general"]["metadata_email"] == "sri@dinsos.test"
    assert "app_language" not in settings["general"]
    assert (settings["general"]["username"], settings["general"]["password"]) == ("sri", "rahasia")
    assert (settings["admin"]["admin_pw"], settings["admin"]["get_blank"]) == ("kunci kantor", True)
    assert "tidak_ada" not in json.dumps(settings)


@pytest.mark.parametrize(
    ("name", "value"), [("autosend", "kadang"), ("admin_pw", "a\nb"), ("metadata_email", "x" * 81)]
)
def test_a_value_collect_would_drop_in_silence_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        checked({name: value})
