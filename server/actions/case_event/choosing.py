"""Saying what holds of what two phones wrote differently about a case."""

from collections.abc import Mapping

from forms import values
from forms.entities import EntityAct
from forms.schema import pick_label
from server.actions import fact_conflicts as tasks
from server.actions.case_event.acting import Act, Read
from server.actions.case_file import CaseFile
from server.cases.linking import case_list
from server.problems import Problem
from server.queries.fact_conflicts import FactConflict, Said, fact_conflicts, may_choose
from server.queries.row_history import RESOLVED
from server.store import Transaction
from server.store.entities import entity, read_entity


def choose(act: Act) -> Read:
    """{values: {fact: version of the row that wrote the value that holds}}, for every fact that is open.

    From now on that is the fact of the case and what its phones show; what was decided before stands.
    """
    project_id, case_id = act.file.project_id, act.file.id
    if not may_choose(act.db, act.viewer, project_id, act.file.sop.sop, act.state, act.now):
        raise Problem("access.denied")
    open_ = fact_conflicts(act.db, act.definitions, project_id, case_id)
    row = read_entity(act.db, case_id)
    if not open_ or row is None:
        raise Problem("case.no_fact_conflict")
    wanted = act.body.get("values")
    if not isinstance(wanted, Mapping):
        raise Problem("request.bad_type", field="values", value=str(wanted)[:100], expected="{fact: version}")
    chosen = {}
    for fact in open_:
        said = next((one for one in fact.said if str(one.version) == str(wanted.get(fact.name))), None)
        if said is None:
            raise Problem("case.choose_all", field=fact.name)
        chosen[fact.name] = said
    act.entity = EntityAct(
        case_list(act.file.sop.sop.sop_id), case_id, create=False, update=True, label=None, base_version=row.version,
        trunk_version=None, branch_id=None, data={name: said.value for name, said in chosen.items()},
    )  # fmt: skip
    viewer = act.viewer

    def settle(tx: Transaction, saved: CaseFile) -> None:
        tx.execute(entity.update().where(entity.c.id == case_id), {"conflict": None})
        tasks.end(tx, case_id, viewer.id)
        tx.audit(viewer.id, RESOLVED, project=project_id, subject=f"entity:{case_id}")

    act.after.append(settle)
    answers = {said.question: answer for said in chosen.values() if (answer := _answer(act.file, said)) is not None}
    words = (_words(fact, chosen[fact.name]) for fact in open_)
    told = [_told(name, said, answers) for name, said in chosen.items()]
    return None, answers, {"chosen": told, "text": "; ".join(words), **act.reason()}


def _answer(file: CaseFile, said: Said) -> values.Value | None:
    """The answer as the case knows it; None where it came otherwise than by a form of this case."""
    sent = (one for one in file.events if one.instance_id == said.instance_id and one.form == said.form)
    newest = max(sent, key=lambda one: (one.revision, one.received_at), default=None)
    return newest.answers.get(said.question) if newest is not None and said.instance_id else None


def _words(fact: FactConflict, said: Said) -> str:
    """As the case's history tells it, in the words of the workbook."""
    return f"{pick_label(fact.labels, 'id') or fact.name}: {pick_label(said.shown, 'id') or said.value}"


def _told(name: str, said: Said, answers: Mapping[str, values.Value]) -> dict[str, values.Value]:
    told: dict[str, values.Value] = {"name": name, "value": said.value, "version": said.version}
    return {**told, "form": said.form, "question": said.question} if said.question in answers else told
