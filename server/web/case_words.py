"""The words of a case page: steps, facts and decisions as people name them."""

from collections.abc import Iterable, Mapping
from functools import partial

from forms.sop import CLOSE, CLOSE_REASONS, END_BRANCH
from server.actions.case_event.records import ONWARD
from server.locale import say
from server.queries.case_page import Answer, CasePage, RecordView, StepName
from server.sop.explain import explain as sentence
from server.sop.state import STAY_ENDS, Decision, Notice
from server.web import words
from server.web.flow import states_of
from server.web.opened import key_of
from server.web.render import label, language, said, t, zone


def step_text(case: CasePage, name: str) -> str:
    """One target of a decision: the step's label, or what closing and ending a branch mean."""
    if name in (CLOSE, END_BRANCH):
        return t(f"case.target.{name}")
    known = case.sop.step(name)
    return label(known.labels, name) if known else name


def steps_text(case: CasePage, steps: Iterable[str]) -> str:
    """Several targets in one breath."""
    return t("case.and").join(step_text(case, name) for name in steps)


def names_text(steps: Iterable[StepName]) -> str:
    """The labels of steps in one breath."""
    found = []
    for item in steps:
        closing = item.name in (CLOSE, END_BRANCH)
        found.append(t(f"case.target.{item.name}") if closing else label(item.labels, item.name))
    return t("case.and").join(found)


def _plain(name: str) -> str:
    """`konferensi_kasus#berat_tindakan` -> `berat_tindakan`."""
    return name.rpartition("#")[2]


def _answer(case: CasePage, name: str) -> Answer | None:
    plain = _plain(name)
    return next((answer for form in case.answers for answer in form.answers if answer.name == plain), None)


def fact_label(case: CasePage, name: str) -> str:
    """What a rule's input is called: the label of the fact, of the question, or the name itself."""
    fact = next((fact for fact in case.sop.facts if fact.name == _plain(name)), None)
    if fact and fact.labels:
        return label(fact.labels, name)
    answer = _answer(case, name)
    return label(answer.label, _plain(name)) if answer else _plain(name).replace("_", " ")


def fact_value(case: CasePage, name: str, value: str) -> str:
    """A value as people read it: the label of a choice, a day, or the text; a blank says so."""
    if value == "":
        return t("case.blank")
    known = case.vocabulary.get(_plain(name), {})
    if value in known:
        return label(known[value], value)
    answer = _answer(case, name)
    if answer and answer.kind == "date":
        return words.day(language(), value, zone())
    return value


def form_short(case: CasePage, form_id: str) -> str:
    """The title of a form of this case."""
    known = next((form.title for form in case.answers if form.form_id in (form_id, f"{case.sop_id}_{form_id}")), None)
    use = case.sop.form(form_id)
    return known or (label(use.labels, form_id) if use else form_id)


def changes_text(case: CasePage, changes: Iterable[tuple[str, str]]) -> str:
    """The nearest change of answers that would have led elsewhere."""
    told = []
    for name, value in changes:
        question = fact_label(case, name)
        between = " " if value[:1] in "<>=≤≥≠" or question.endswith("?") else ": "
        told.append(f"{question}{between}{fact_value(case, name, value)}")
    return t("case.and").join(told)


def route_label(case: CasePage, name: str) -> str:
    """What an arrow of the SOP says, in the office's words; '' when it says nothing."""
    known = next((route for route in case.sop.routes if route.name == name), None)
    return label(known.labels, "") if known else ""


def explain(case: CasePage, decision: Decision) -> str:
    """Why the case went this way, in one sentence."""
    source = decision.source or "–"
    if decision.kind == "rule" and not decision.inputs:
        return t("case.explain.always", source=source)
    why = "; ".join(filter(None, (route_label(case, name) for name in decision.routes)))
    rules = ", ".join(decision.routes)
    if decision.kind == "rule" and why:
        return t("case.explain.because", why=why, rules=rules, source=source)
    return t(f"case.explain.{decision.kind}", rules=rules, source=source)


def _person(case: CasePage, actor: str) -> str:
    """The name of somebody who had a part in a decision; the id where nobody of that id is known any more."""
    officers = {str(officer.id): officer.name for officer in case.officers}
    deciders = {item.decision.by: item.by for item in case.decisions if item.by}
    return deciders.get(actor) or officers.get(actor, actor)


def explain_whole(case: CasePage, decision: Decision) -> str:
    """The whole explanation in one paragraph, to be quoted: what was read, which rules held, what would differ."""
    return sentence(
        decision,
        case.sop,
        partial(say, language()),
        language=language(),
        day=lambda iso: words.day(language(), iso, zone()),
        question=lambda field, _form: fact_label(case, field),
        choice=lambda field, _form, value: fact_value(case, field, value),
        person=lambda actor: _person(case, actor),
    )


def notice_text(case: CasePage, notice: Notice) -> str:
    """What a notice of the engine says; an alert of the workbook speaks with its own label."""
    args = dict(notice.args)
    alert = next((alert for alert in case.sop.alerts if alert.name in (notice.code, args.get("alert"))), None)
    if alert:
        return label(alert.labels, alert.name)
    if "step" in args:
        args["step"] = step_text(case, args["step"])
    if "questions" in args:
        args["questions"] = ", ".join(fact_label(case, name) for name in args["questions"].split())
    if notice.code == "notice.undivided":
        args["value"] = fact_value(case, args["question"], args["value"])
        args["question"] = fact_label(case, args["question"])
    return said(notice.code, **args)


def clock_text(value: str) -> str:
    """`11:49:00.000+07:00` as `11.49` (English `11:49`)."""
    hour, _, rest = value.partition(":")
    return f"{hour}{'.' if language() == 'id' else ':'}{rest[:2]}" if hour.isdecimal() else value


def place_text(value: str) -> str:
    """A point of the map to about a kilometre: where a child was found is nobody's to read exactly."""
    parts = value.split()
    try:
        return t("case.about", lat=f"{float(parts[0]):.2f}", lon=f"{float(parts[1]):.2f}")
    except (ValueError, IndexError):
        return "–"


def answered(answers: Iterable[Answer]) -> list[Answer]:
    """The answers without blank ones, and without rows of repeats that hold nothing."""
    kept: list[Answer] = []
    for item in answers:
        if item.kind != "row" and item.value == "":
            continue
        while kept and kept[-1].kind == "row" and kept[-1].level >= item.level:
            kept.pop()
        kept.append(item)
    while kept and kept[-1].kind == "row":
        kept.pop()
    return kept


def blanks(answers: Iterable[Answer]) -> list[Answer]:
    """The questions that were asked and left blank."""
    return [item for item in answers if item.kind != "row" and item.value == ""]


def task_args(args: Mapping[str, object]) -> dict[str, object]:
    """The words of a task in the reader's language: `step_en` is what `step` is called in English."""
    kept = {name: value for name, value in args.items() if not name.endswith("_en")}
    if language() != "id":
        kept |= {name.removesuffix("_en"): value for name, value in args.items() if name.endswith("_en")}
    return kept


def record_onward(record: RecordView) -> tuple[str, ...]:
    """The states a referral or stay may go on to."""
    return ONWARD[record.kind].get(record.state, ())


GLOBALS = {
    "close_reasons": CLOSE_REASONS,
    "record_onward": record_onward,
    "stay_ends": STAY_ENDS,
    "states_of": states_of,
    "task_args": task_args,
    "answered": answered,
    "opened_key": key_of,
    "clock_text": clock_text,
    "place_text": place_text,
    "blanks": blanks,
    "steps_text": steps_text,
    "names_text": names_text,
    "fact_label": fact_label,
    "fact_value": fact_value,
    "form_short": form_short,
    "changes_text": changes_text,
    "explain": explain,
    "explain_whole": explain_whole,
    "route_label": route_label,
    "notice_text": notice_text,
}
