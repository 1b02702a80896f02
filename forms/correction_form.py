"""The form by which an officer corrects a report whose sent copy is gone from the phone (ruling 51). Pure.

It is the same for every SOP but for its id and title; its version is derived from its content.
"""

import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

LIST = "perbaikan"
"""The entity list of returned reports, of each phone its own."""
SUFFIX = "_perbaikan"
"""How the id of the form ends, after the id of its SOP. The numbers of questions are those of `forms.corrections`."""

PROPERTIES = ("sop", "terbuka", "alasan", "nilai", "dasar")

_TEXTS = {
    "judul": ("Perbaikan laporan: {title}", "Correct a report: {title}"),
    "laporan": ("Laporan yang dikembalikan", "The returned report"),
    "laporan:h": (
        "Yang disebut di sini dikirim dari ponsel ini atau oleh petugasnya. Bila kiriman aslinya masih ada di ponsel, "
        "perbaiki kiriman itu saja.",
        "What is named here was sent from this phone or by its officer. While the sent form is still on the phone, "
        "edit that one instead.",
    ),
    "baca": ("Alasan dikembalikan: {alasan}", "Why it came back: {alasan}"),
    "isi": ("Isian sekarang:\n{nilai}", "The answers now:\n{nilai}"),
    "koreksi": ("Isian yang diperbaiki", "Answer to correct"),
    "nomor": ("Nomor pertanyaan", "Number of the question"),
    "nomor:h": (
        "Seperti pada daftar di atas; kosongkan bila pertanyaannya tidak ada di daftar.",
        "As in the list above; leave blank when the question is not in it.",
    ),
    "jawaban": ("Isian yang benar", "The right answer"),
    "jawaban:h": ("Tanggal: tahun-bulan-hari, misalnya 2026-03-02.", "Days: year-month-day, such as 2026-03-02."),
    "catatan": ("Keterangan untuk kantor", "Note for the office"),
    "foto": ("Foto", "Photo"),
}
_MINE = "instance('perbaikan')/root/item[name= /data/laporan ]"
# Shown from the list, so that the earlier answers are not sent once more with the correction.
_SHOWN = {"alasan": f"{_MINE}/alasan", "nilai": f"{_MINE}/nilai"}


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """The form of one SOP: its id, its version and its XForm."""

    form_id: str
    version: str
    xform: str


def form_id(sop_id: str) -> str:
    """The id of the form of this SOP, which no author may give."""
    return f"{sop_id}{SUFFIX}"


def build(sop_id: str, title: str) -> CorrectionForm:
    """The form of the SOP with this id and title."""
    version = hashlib.sha256(_xform(sop_id, title, "").encode()).hexdigest()[:10]
    return CorrectionForm(form_id(sop_id), version, _xform(sop_id, title, version))


def _xform(sop_id: str, title: str, version: str) -> str:
    heading = escape(_TEXTS["judul"][0].format(title=title))
    return f"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" \
xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" \
xmlns:odk="http://www.opendatakit.org/xforms" \
xmlns:alur="urn:alur:xforms">
<h:head><h:title>{heading}</h:title>
<model odk:xforms-version="1.0.0">
<itext>{_translation("Indonesian (id)", 0, title)}{_translation("English (en)", 1, title)}</itext>
<instance><data id="{escape(form_id(sop_id))}" version="{version}">\
<laporan/><dasar/><baca/><isi/>\
<koreksi jr:template=""><nomor/><jawaban/></koreksi><koreksi><nomor/><jawaban/></koreksi><catatan/><foto/>\
<orx:meta><orx:instanceID/><orx:instanceName/></orx:meta></data></instance>
<instance id="perbaikan" src="jr://file-csv/perbaikan.csv"/>
<bind nodeset="/data/laporan" type="string" required="true()"/>
<bind nodeset="/data/dasar" type="string" calculate="{_MINE}/dasar"/>
<bind nodeset="/data/baca" type="string" readonly="true()" relevant=" /data/laporan != ''"/>
<bind nodeset="/data/isi" type="string" readonly="true()" relevant="{_MINE}/nilai != ''"/>
<bind nodeset="/data/koreksi/nomor" type="int" constraint=". &gt; 0"/>
<bind nodeset="/data/koreksi/jawaban" type="string" alur:sensitivity="sensitive"/>
<bind nodeset="/data/catatan" type="string"/>
<bind nodeset="/data/foto" type="binary"/>
<bind nodeset="/data/orx:meta/orx:instanceID" type="string" readonly="true()" jr:preload="uid"/>
<bind nodeset="/data/orx:meta/orx:instanceName" type="string" calculate="{_MINE}/label"/>
</model></h:head>
<h:body>
<select1 ref="/data/laporan">{_said("laporan", hint=True)}\
<itemset nodeset="instance('perbaikan')/root/item[(sop = '{escape(sop_id)}' and terbuka = 'ya') or \
name = current()/../laporan]"><value ref="name"/><label ref="label"/></itemset></select1>
<input ref="/data/baca">{_said("baca")}</input>
<input ref="/data/isi">{_said("isi")}</input>
<group ref="/data/koreksi">{_said("koreksi")}<repeat nodeset="/data/koreksi">\
<input ref="/data/koreksi/nomor">{_said("nomor", hint=True)}</input>\
<input ref="/data/koreksi/jawaban">{_said("jawaban", hint=True)}</input></repeat></group>
<input ref="/data/catatan">{_said("catatan")}</input>
<upload ref="/data/foto" mediatype="image/*">{_said("foto")}</upload>
</h:body>
</h:html>
"""


def _said(name: str, *, hint: bool = False) -> str:
    told = f"<label ref=\"jr:itext('{name}')\"/>"
    return f"{told}<hint ref=\"jr:itext('{name}:h')\"/>" if hint else told


def _translation(language: str, which: int, title: str) -> str:
    shown = {key: f'<output value=" {path} "/>' for key, path in _SHOWN.items()}
    texts = "".join(
        f'<text id="{key}"><value>{escape(said[which]).format(title=escape(title), **shown)}</value></text>'
        for key, said in _TEXTS.items()
    )
    default = ' default="true()"' if which == 0 else ""
    return f'<translation lang="{language}"{default}>{texts}</translation>'
