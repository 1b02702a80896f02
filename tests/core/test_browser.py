"""What a browser cannot do with a form is known from the form alone."""

import pytest

from forms import schema
from forms.browser import BLOCKING, gaps, keeping_choices
from forms.xlsform import convert
from tests import corpus

GAPS = {
    "korpus_alias": {"map": {"a16", "a17"}, "barcode": {"a27", "a28"}},
    "korpus_cari": {"search": {"obat", "obat_saring", "desa"}},
    "korpus_jenis": {"map": {"garis", "bidang"}, "osm": {"gedung"}, "barcode": {"kode"}},
    "korpus_kunci": {"encrypted": {""}},
    "korpus_logika": {"last": {""}},
    "korpus_luar": {"external": {"kec"}},
    "korpus_meta": {"recording": {""}, "log": {""}},
    "korpus_tampilan": {
        "app": {"t_luar", "t_cetak", "d_luar", "f_luar", "f_app", "b_luar"},
        "calendar": {"d_etiopia", "d_koptik", "d_islam", "d_saka", "d_myanmar", "d_persia", "d_buddha"},
        "map": {"g_peta", "g_taruh", "g_bertahap", "g_acuan", "g_bidang", "p_peta"},
        "drawing": {"f_coret"},
        "barcode": {"k_depan", "k_sembunyi"},
    },
}


@pytest.mark.parametrize("form_id", corpus.FORM_IDS)
def test_every_question_a_browser_asks_otherwise_is_named(form_id: str) -> None:
    xform = convert(corpus.workbook(form_id), form_id).xform
    assert xform is not None
    found: dict[str, set[str]] = {}
    for gap in gaps(xform, schema.read(xform)):
        found.setdefault(gap.code, set()).add(gap.name)
    assert found == GAPS.get(form_id, {})
    assert bool(BLOCKING & set(found)) == (form_id in ("korpus_cari", "korpus_kunci", "korpus_luar"))


def test_a_list_that_keeps_what_is_chosen_names_it_for_the_browser() -> None:
    chosen = "selected(formulir, 'f') or name = current()/../kasus_id"
    rows = f"instance('k')/root/item[{chosen}][umur &gt; current()/../umur]"
    xform = f"""<h><select1 ref="/data/kasus_id"><itemset nodeset="{rows}"/></select1></h>"""
    kept = keeping_choices(xform, {"/kasus_id": ["abc", "o'b"]})
    assert "selected(formulir, 'f') or (name = 'abc')][umur &gt; current()/../umur]" in kept
    assert "or false()]" in keeping_choices(xform, {})
    turned = xform.replace("name = current()/../kasus_id", "current()/../kasus_id=name")
    assert "(name = 'a' or name = 'b')" in keeping_choices(turned, {"/kasus_id": ["a", "b"]})
