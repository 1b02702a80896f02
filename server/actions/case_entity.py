"""The row of a case on the phones."""

from collections.abc import Mapping, Set
from dataclasses import replace

from forms.entities import EntityAct
from server.actions import entity_rows
from server.actions.entity_rows import Cause
from server.actions.holding import moves_of
from server.cases.entity_merge import EntityState, merge, started_from
from server.cases.holding import Moves
from server.cases.linking import case_list
from server.queries.case_reading import CaseFile
from server.queries.fact_conflicts import HARD
from server.sop.events import Event
from server.sop.state import CaseState
from server.store import Transaction, holders
from server.store.entities import changed_since, entity, list_id, read_entity, written_later


def workflow(file: CaseFile, state: CaseState) -> dict[str, str]:
    """The columns of the case list only the server writes (ruling 22)."""
    open_visits = [v for v in state.visits if v.state == "open"]
    dues = sorted(v.due_at for v in open_visits if v.due_at)
    closed = state.status == "closed"
    return {
        "nomor": file.number,
        "langkah": "" if closed else " ".join(v.step for v in open_visits),
        "formulir": "" if closed else " ".join(state.wanted_forms),
        "jatuh_tempo": "" if closed or not dues else dues[0][:10],
        "petugas": state.manager or "",
        "wilayah": str(state.facts.get("kelurahan") or ""),
        "terbuka": "tidak" if closed else "ya",
        "selesai": " ".join(dict.fromkeys(v.step for v in state.visits if v.state == "done")),
        "menutup": state.close_reason or "",
        "versi": state.version,
    }


def write_entity(
    tx: Transaction,
    file: CaseFile,
    state: CaseState,
    act: EntityAct | None,
    revision_id: int | None,
    new: Event | None,
) -> bool:
    """The row on the phones; whether a form has just contradicted what another wrote meanwhile."""
    lists = list_id(tx.connection, file.project_id, case_list(file.sop.sop.sop_id))
    if lists is None:
        return False
    row = read_entity(tx.connection, file.id) if file.revision else None
    before = EntityState(row.version, row.data, row.workflow, row.label, row.conflict) if row else None
    interrupting: Mapping[str, str] = {}
    later: Set[str] = frozenset()
    since = started_from(act) if act else None
    if row and act and since is not None and since < row.version:
        interrupting = changed_since(tx.connection, file.id, since, act.branch_id)
        later = written_later(tx.connection, file.id, act.branch_id, act.branch_version)
    creator = row.creator if row else _made_by(new)
    moves = moves_of(tx, file.project_id, file.id, state, creator)
    label = f"{_known_as(file, new)} · {state.label}"
    merged = merge(before, act, workflow(file, state), label, interrupting, tells=moves.tells, later=later)
    if not merged.new_version:
        holders.move(tx, lists, file.id, moves, told=False)
        return False
    actor = int(new.actor) if new and new.actor else None
    entity_rows.write(tx, lists, file.id, row, merged, Cause(act, revision_id, actor), creator)
    holders.move(tx, lists, file.id, moves, told=True)
    return merged.state.conflict == HARD and bool(interrupting)


def _made_by(new: Event | None) -> int | None:
    """Whose form opens the case: it stays on that phone until somebody is given it."""
    return int(new.actor) if new and new.actor and new.type == "submission" else None


def _known_as(file: CaseFile, new: Event | None) -> str:
    """The number on the phones; of a case that went into or on as another one, that one's number too (ruling 32)."""
    if new is None:
        return file.number
    other = new.data.get("number")
    gone = new.type in ("merge", "move") and ("into" in new.data or "toCase" in new.data)
    return f"{file.number} → {other}" if gone and other else file.number


def raise_alias(tx: Transaction, case_id: str, act: EntityAct | None) -> None:
    """A phone that filled a form about a merged case counts that row's version up by itself: so does the server."""
    row = read_entity(tx.connection, case_id)
    if row is None or act is None:
        return
    before = EntityState(row.version, row.data, row.workflow, row.label, row.conflict)
    version = merge(before, replace(act, data={}), row.workflow, row.label, {}).state.version
    tx.execute(entity.update().where(entity.c.id == case_id), {"version": version})
    holders.move(tx, row.list_id, case_id, Moves(), told=True)
