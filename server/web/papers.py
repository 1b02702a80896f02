"""Issued documents, and the public page that checks one."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.problems import Problem
from server.queries import documents
from server.queries.case_page import case_project
from server.queries.documents import Checked, DocumentPage
from server.queries.scope import OfficeRow
from server.queries.viewed import office_of_document, offices_of
from server.web import guard
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import runtime


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The register of one office's papers."""

    office: OfficeRow | None
    offices: tuple[OfficeRow, ...]
    register: DocumentPage | None


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The public check: the code asked for, and what it proves."""

    code: str
    found: Checked | None


def show_papers() -> Response:
    places = offices_of(runtime().store, viewer(), "document.read")
    asked, before = request.args.get("kantor", ""), request.args.get("sebelum", "")
    place = next((p for p in places if asked in ("", str(p.id))), None)
    if asked and place is None:
        raise Problem("request.not_found")
    if place is None:
        return page("papers.html", page=PapersPage(None, (), None))
    g.zone = place.zone
    start = int(before) if before.isdecimal() and len(before) < 12 else None
    register = documents.of_project(runtime().store, viewer(), place.id, start)
    return page("papers.html", page=PapersPage(place, places, register))


def get_paper(document_id: int) -> Response:
    office = office_of_document(runtime().store, viewer(), document_id)
    found = documents.file(runtime().store, viewer(), office, document_id, request.remote_addr)
    return download(found.file, found.type, found.name)


def get_scan(case_id: str, event_id: str) -> Response:
    project_id, present = case_project(runtime().store, viewer(), case_id)
    found = documents.scan(runtime().store, viewer(), project_id, present, event_id, request.remote_addr)
    return download(found.file, found.type, found.name, inline=True)


@guard.anyone
def show_check(code: str = "") -> Response:
    asked = request.args.get("kode", "").strip()[:40]
    if asked:
        return redirect(f"/periksa/{''.join(sign for sign in asked if sign.isalnum() or sign == '-')}")
    found = documents.check(runtime().store, code[:40]) if code else None
    status = 200 if found or not code else 404
    return page("check.html", status, page=CheckPage(code[:40], found))


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/dokumen", "papers", show_papers)
    blueprint.add_url_rule("/dokumen/<int:document_id>", "paper", get_paper)
    blueprint.add_url_rule("/kasus/<case_id>/pindaian/<event_id>", "scan", get_scan)
    blueprint.add_url_rule("/periksa", "check_form", show_check)
    blueprint.add_url_rule("/periksa/<code>", "check_code", show_check)
