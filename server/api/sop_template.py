"""Templates of SOP workbooks and forms, for programs."""

from flask import Response, request

from forms.uploads import XLSX
from server.api.door import Route, runtime, viewer
from server.handing_out import disposition
from server.locale import LANGUAGES
from server.problems import Problem
from server.queries import sop_template
from server.queries.publish_page import WorkbookFile


def template(project_id: int) -> Response:
    """`?sop=` one in force, `?form=intake|follow_up` a form, neither: an empty SOP; `?code=` names it, `?lang=`."""
    language = request.args.get("lang", LANGUAGES[0])
    if language not in LANGUAGES:
        raise Problem("request.bad_value", field="lang", value=language[:100], reason=", ".join(LANGUAGES))
    code = request.args.get("code")
    store = runtime().store
    if "sop" in request.args:
        return _file(sop_template.sop_in_force(store, viewer(), project_id, request.args["sop"], language))
    if "form" in request.args:
        return _file(sop_template.new_form(request.args["form"], code, language))
    return _file(sop_template.new_sop(store, viewer(), project_id, code, language))


def _file(found: WorkbookFile) -> Response:
    response = Response(found.data, content_type=XLSX)
    response.headers["Content-Disposition"] = disposition("attachment", found.name)
    return response


ROUTES = (Route("GET", "/v1/projects/<int:project_id>/sops/template", template, "sop.read"),)
