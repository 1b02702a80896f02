"""The one catalogue of ways to fail on purpose.

An action or query raises `Problem(code, **args)`; the door that called it chooses the dialect
(OpenRosa XML, JSON as ODK Central, page) and the sentence (`problem.<code>` in server/locale).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """HTTP status and, where ODK Central has the same failure, its number (central-api.md section 1)."""

    status: int
    central: str | None = None


KINDS: dict[str, Kind] = {
    # who may
    "auth.required": Kind(401, "401.2"),
    "auth.wrong": Kind(401, "401.2"),
    "auth.locked": Kind(429),
    "auth.https_required": Kind(401, "401.3"),
    "auth.token_revoked": Kind(403, "403.1"),
    "access.denied": Kind(403, "403.1"),
    "access.csrf": Kind(400),
    # people and phones
    "password.short": Kind(400, "400.21"),
    "password.long": Kind(400, "400.38"),
    "password.weak": Kind(400, "400.44"),
    "password.same": Kind(400, "400.8"),
    "user.login_taken": Kind(409, "409.3"),
    "user.bad_login": Kind(400, "400.8"),
    "user.unknown": Kind(404, "404.1"),
    "user.bad_role": Kind(400, "400.8"),
    "user.bad_unit": Kind(400, "400.8"),
    "user.project_required": Kind(400, "400.2"),
    "user.last_admin": Kind(409),
    "phone.unknown": Kind(404, "404.1"),
    "project.name_taken": Kind(409, "409.3"),
    "project.unknown": Kind(404, "404.1"),
    # requests
    "request.not_found": Kind(404, "404.1"),
    "request.method": Kind(405),
    "request.bad_json": Kind(400, "400.1"),
    "request.missing": Kind(400, "400.2"),
    "request.bad_value": Kind(400, "400.8"),
    "request.bad_type": Kind(400, "400.11"),
    "request.unexpected": Kind(400, "400.31"),
    "request.no_version": Kind(404, "404.2"),
    "request.other_version": Kind(404, "404.3"),
    "request.too_large": Kind(413, "400.36"),
    "request.too_many": Kind(429),
    "request.unsupported": Kind(501, "501.1"),
    "request.format": Kind(406, "406.1"),
    # OData
    "odata.filter_unreadable": Kind(400, "400.18"),
    "odata.field": Kind(501, "501.5"),
    "odata.expression": Kind(501, "501.4"),
    "odata.expand": Kind(501, "501.6"),
    "odata.select_expand": Kind(501, "501.11"),
    "odata.select_unknown": Kind(400, "400.23"),
    "odata.select_inside": Kind(400, "400.24"),
    "odata.cursor_gone": Kind(400, "400.34"),
    "odata.cursor_invalid": Kind(400, "400.35"),
    # exports
    "export.busy": Kind(503),
    "export.key_unreadable": Kind(400, "400.8"),
    "export.key_passphrase": Kind(400, "400.8"),
    "export.key_other": Kind(400, "400.8"),
    # submissions
    "submission.no_xml_part": Kind(400, "400.7"),
    "submission.broken_multipart": Kind(400, "400.39"),
    "submission.not_xml": Kind(400, "400.1"),
    "submission.doctype": Kind(400, "400.1"),
    "submission.too_complex": Kind(400, "400.1"),
    "submission.no_form_id": Kind(400, "400.2"),
    "submission.no_instance_id": Kind(400, "400.2"),
    "submission.form_unknown": Kind(404, "404.1"),
    "link.reads_cases": Kind(409),
    "link.gone": Kind(403, "403.1"),
    "link.no_edits": Kind(403, "403.1"),
    "draft.gone": Kind(404, "404.4"),
    "draft.full": Kind(409),
    "submission.form_not_given": Kind(403, "403.1"),
    "submission.form_closed": Kind(409, "409.2"),
    "submission.other_content": Kind(409, "409.1"),
    "submission.exists": Kind(409, "409.3"),
    "submission.deleted": Kind(409, "409.18"),
    "submission.edit_outdated": Kind(409, "409.9"),
    "submission.case_lost": Kind(409),
    "submission.edit_id_taken": Kind(409, "409.8"),
    "submission.edit_base_unknown": Kind(404, "404.5"),
    "submission.reason_needed": Kind(403, "403.1"),
    "submission.file_hidden": Kind(403, "403.1"),
    "submission.untyped": Kind(409),
    "submission.many_cases": Kind(409),
    "submission.too_large": Kind(413, "400.36"),
    # forms, SOPs, offices
    "form.not_xlsx": Kind(400, "400.15"),
    "form.invalid": Kind(400, "400.15"),
    "form.warnings": Kind(400, "400.16"),
    "form.retyped": Kind(400, "400.17"),
    "form.not_again": Kind(409),
    "form.version_taken": Kind(409, "409.6"),
    "form.id_taken": Kind(409, "409.3"),
    "form.id_differs": Kind(400, "400.8"),
    "form.no_draft": Kind(404, "404.1"),
    "form.only_draft": Kind(409, "409.7"),
    "sop.invalid": Kind(400),
    "sop.version_taken": Kind(409),
    "office.invalid": Kind(400),
    "bundle.invalid": Kind(400),
    "publish.cannot_move": Kind(409),
    "document.counts": Kind(403, "403.1"),
    "report.running": Kind(409),
    "report.same": Kind(409),
    "report.taken": Kind(409),
    "simulate.other_sop": Kind(400),
    "simulate.unknown_sop": Kind(404),
    "calendar.many": Kind(409),
    "absence.same": Kind(400),
    "absence.deputy_role": Kind(400),
    "absence.overlaps": Kind(409),
    "migrate.already": Kind(409),
    "migrate.conflict": Kind(409),
    "case.no_fact_conflict": Kind(409),
    "case.choose_all": Kind(400, "400.2"),
    "migrate.bad_map": Kind(400),
    "migrate.nothing": Kind(409),
    # cases
    "case.closed": Kind(409),
    "case.bad_event": Kind(400),
    "case.step_not_open": Kind(409),
    "entity.cannot_apply": Kind(409),
    "entity.invalid": Kind(400, "400.28"),
    "entity.long_label": Kind(400, "400.13"),
    "entity.no_conflict": Kind(400, "400.32"),
    "entity.version_differs": Kind(409, "409.15"),
    "entity.id_taken": Kind(409, "409.3"),
    "entity.id_deleted": Kind(409, "409.19"),
    "list.served": Kind(403, "403.1"),
    "list.bad_name": Kind(400, "400.8"),
    "list.name_taken": Kind(409, "409.3"),
    "list.name_differs": Kind(409, "409.16"),
    "list.bad_property": Kind(400, "400.8"),
    "list.property_taken": Kind(409, "409.3"),
    "list.property_differs": Kind(409, "409.17"),
    "list.pending": Kind(400, "400.29"),
    "list.in_use": Kind(409, "409.21"),
    "list.property_in_use": Kind(409, "409.22"),
    "case.reason_required": Kind(400),
    "case.own_draft": Kind(403),
    "case.bad_date": Kind(400),
    "case.answers_wrong": Kind(400, "400.8"),
    "case.papers_missing": Kind(409),
    "case.decider_missing": Kind(400),
    "case.decider_unknown": Kind(400),
    "case.age_certain": Kind(409),
    "case.bad_due": Kind(400),
    "case.skip_where": Kind(400),
    "case.step_open": Kind(409),
    "case.search_required": Kind(400),
    "case.unknown_survivor": Kind(400),
    "case.record_state": Kind(409),
    "case.stay_open": Kind(409),
    "case.paper_direction": Kind(400),
    "case.paper_by_hand": Kind(409),
    "case.paper_held": Kind(409),
    "case.no_paper": Kind(409),
    "case.bad_scan": Kind(400),
    "case.scan_not_kept": Kind(400),
    "case.same_case": Kind(409),
    "case.other_sop": Kind(409),
    "case.merge_closed": Kind(409),
    "case.not_merged": Kind(409),
    "case.opened_by_it": Kind(409),
    "case.same_sop": Kind(409),
    "case.not_moved": Kind(409),
    "case.merged_on": Kind(409),
    "case.moved_on": Kind(409),
    "import.invalid": Kind(400),
    "import.no_instances": Kind(404),
    "import.no_sender": Kind(404),
    "import.unreadable": Kind(400),
    # the machine
    "store.busy": Kind(503),
    "store.full": Kind(507),
    "store.unavailable": Kind(503),
    "store.old_schema": Kind(503),
    "internal": Kind(500),
}


class Problem(Exception):
    """A refusal: a code of the catalogue and the arguments its sentence needs.

    `findings` carries the findings when a workbook was refused.
    """

    def __init__(self, code: str, *, findings: tuple = (), **args: object) -> None:
        if code not in KINDS:
            raise KeyError(code)
        super().__init__(code, args)
        self.code = code
        self.args_ = args
        self.findings = findings

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]
