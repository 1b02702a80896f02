"""What stock Collect reads: form list, manifest, answers, integrity."""

from lxml import etree

from forms.openrosa import (
    LIST_NAMESPACE,
    MANIFEST_NAMESPACE,
    RESPONSE_NAMESPACE,
    ListedFile,
    ListedForm,
    form_list,
    integrity,
    manifest,
    response,
)

KUNJUNGAN = ListedForm("abh_kunjungan", "Kunjungan & wawancara", "2", "0" * 32, "http://x/f.xml?a=1&b=2")


def children(item: etree._Element) -> dict[str, str | None]:
    return {etree.QName(child).localname: child.text for child in item}


def test_the_form_list_carries_what_collect_demands_of_every_form():
    root = etree.fromstring(form_list([KUNJUNGAN]))
    assert root.tag == f"{{{LIST_NAMESPACE}}}xforms"
    assert children(root[0]) == {
        "formID": "abh_kunjungan",
        "name": "Kunjungan & wawancara",
        "version": "2",
        "hash": "md5:" + "0" * 32,
        "downloadUrl": "http://x/f.xml?a=1&b=2",
    }


def test_a_form_without_a_name_is_listed_by_its_id_because_one_empty_name_breaks_the_list():
    root = etree.fromstring(form_list([ListedForm("a", "  ", "", "md5:1", "http://x", "http://x/m")]))
    listed = children(root[0])
    assert (listed["name"], listed["hash"], listed["manifestUrl"]) == ("a", "md5:1", "http://x/m")


def test_letters_that_xml_forbids_never_break_the_list():
    root = etree.fromstring(form_list([ListedForm("a", "Nama\x00\x0b 👧 <b>", "1", "0", "u")]))
    assert children(root[0])["name"] == "Nama 👧 <b>"


def test_the_manifest_tells_entity_lists_from_plain_files():
    root = etree.fromstring(
        manifest(
            [
                ListedFile("desa.csv", "1", "http://x/desa"),
                ListedFile("kasus_abh.csv", "2", "http://x/k", "entityList", "http://x/integrity"),
            ]
        )
    )
    assert root.tag == f"{{{MANIFEST_NAMESPACE}}}manifest"
    assert [item.get("type") for item in root] == [None, "entityList"]
    assert children(root[1])["integrityUrl"] == "http://x/integrity"
    assert "integrityUrl" not in children(root[0])


def test_an_empty_manifest_is_a_manifest():
    assert len(etree.fromstring(manifest([]))) == 0


def test_the_answer_carries_our_sentence_where_collect_looks_for_it():
    data = response('Diterima: "ABH-2026-0001" & terima kasih', "submit_success")
    root = etree.fromstring(data)
    assert b"OpenRosaResponse" in data
    assert root[0].tag == f"{{{RESPONSE_NAMESPACE}}}message"
    assert root[0].text == 'Diterima: "ABH-2026-0001" & terima kasih'
    assert root[0].get("nature") == "submit_success"


def test_integrity_says_true_and_false_in_lower_case_without_a_namespace():
    root = etree.fromstring(integrity([("a", True), ("b", False)]))
    assert root.tag == "data"
    assert [(node.get("id"), node[0].text) for node in root.iterfind("entities/entity")] == [
        ("a", "true"),
        ("b", "false"),
    ]
