"""Answers tried on an open case before anybody sends them: where they would lead, and nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from server.locale import say
from server.problems import Problem
from server.queries.case_page import case_project
from server.queries.projects import one_project
from server.queries.question_labels import choice_labels, question_labels
from server.queries.what_if import DraftPage, WhatIf, draft_page, what_if
from server.sop.explain import explain
from server.sop.state import Decision
from server.web import words
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, label, language, problem_text, runtime, t, zone


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """The questions with what was typed, and below what would follow; `told`: each decision in one sentence."""

    found: DraftPage
    typed: Mapping[str, str]
    outcome: WhatIf | None = None
    told: tuple[tuple[Decision, str], ...] = ()
    errors: tuple[FieldError, ...] = ()

    def step(self, name: str) -> str:
        """A step of this case by its number and label."""
        known = self.found.sop.step(name)
        if known is None:
            return t(f"simulation.{name}") if name in ("close", "end_branch") else name
        text = label(known.labels, name)
        return t("simulation.step", source=known.source, name=text) if known.source else text

    def role(self, name: str | None) -> str:
        known = next((role for role in self.found.sop.roles if role.name == name), None)
        return label(known.labels, known.name) if known else name or ""

    def paper(self, name: str) -> str:
        known = next((paper for paper in self.found.sop.documents if paper.name == name), None)
        return label(known.labels, name) if known else name


def _found(case_id: str, form: str | None) -> DraftPage:
    project_id, present = case_project(runtime().store, viewer(), case_id)
    g.zone = one_project(runtime().store, viewer(), project_id).timezone
    return draft_page(runtime().store, viewer(), runtime().definitions, project_id, present, form, request.remote_addr)


def show(case_id: str) -> Response:
    """The questions of the form asked for, with what the case knows."""
    found = _found(case_id, request.args.get("formulir"))
    known = {asked.name: asked.value for asked in found.chosen.questions} if found.chosen else {}
    return page("what_if.html", page=WhatIfView(found, known))


def _typed(found: DraftPage) -> dict[str, str]:
    """What was typed; several choices of one question are joined as a form does."""
    questions = found.chosen.questions if found.chosen else ()
    return {
        asked.name: " ".join(value for value in request.form.getlist(f"isian.{asked.name}") if value).strip()
        for asked in questions
    }


def do_try(case_id: str) -> Response:
    """What would follow, on the same page."""
    found = _found(case_id, request.form.get("formulir"))
    if found.chosen is None:
        raise Problem("request.not_found")
    typed = _typed(found)
    # What is hidden from who tries stays as the case has it, unless they try something else.
    tried = {one.name: typed[one.name] for one in found.chosen.questions if typed[one.name] or not one.hidden}
    store, definitions = runtime().store, runtime().definitions
    try:
        outcome = what_if(
            store,
            viewer(),
            definitions,
            found.project_id,
            found.id,
            found.chosen.form_id,
            tried,
            address=request.remote_addr,
        )
    except Problem as problem:
        if problem.kind.status != 400:
            raise
        wrong = (FieldError(f"isian.{problem.args_.get('field', '')}", problem_text(problem)),)
        return page("what_if.html", 400, page=WhatIfView(found, typed, errors=wrong))
    tell = partial(
        explain,
        sop=found.sop,
        say=partial(say, language()),
        language=language(),
        day=lambda iso: words.day(language(), iso, zone()),
        question=question_labels(store, found.project_id, found.sop, language()),
        choice=choice_labels(store, found.project_id, found.sop, language()),
    )
    told = tuple((one, tell(one)) for one in outcome.decisions)
    return page("what_if.html", page=WhatIfView(found, typed, outcome, told))


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/kasus/<case_id>/coba-jawaban", "what_if", show)
    blueprint.add_url_rule("/kasus/<case_id>/coba-jawaban", "what_if_try", do_try, methods=["POST"])
