"""Referrals and shelter stays as records, each dated, whatever the steps do (ruling 44)."""

from collections.abc import Mapping
from uuid import uuid4

from server.actions.case_event.acting import Act, Read
from server.problems import Problem
from server.sop.fold_records import WORDS
from server.sop.state import REFERRAL_STATES, STAY_ENDS, STAY_STATES, Record

STATES: Mapping[str, tuple[str, ...]] = {"referral": REFERRAL_STATES, "stay": STAY_STATES}
ONWARD: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "referral": {
        "": ("sent",),
        "sent": ("received", "accepted", "refused", "returned"),
        "received": ("accepted", "refused", "returned"),
        "accepted": ("arrived", "returned"),
        "refused": (),
        "arrived": ("returned",),
        "returned": (),
    },
    "stay": {"": ("in",), "in": ("out",), "out": ()},
}
"""Which state may follow which; blank: a record that begins."""


def record(act: Act) -> Read:
    """A new referral or stay, or the next state of one."""
    known = _known(act)
    kind = known.kind if known else act.one_of("kind", tuple(STATES))
    state = act.one_of("state", STATES[kind])
    before = known.state if known else ""
    if state not in ONWARD[kind].get(before, ()):
        options = ", ".join(ONWARD[kind].get(before, ())) or "-"
        raise Problem("case.record_state", state=state, before=before or "-", options=options)
    if known is None and kind == "stay" and any(r.kind == "stay" and r.state == "in" for r in act.state.records):
        raise Problem("case.stay_open")
    act.day = act.past_day("on")
    if known and act.day and act.day.isoformat() < str(known.entries[-1]["on"]):
        raise Problem("case.bad_date", value=act.day.isoformat())
    words = {name: act.text(name) for name in WORDS if act.text(name)}
    data: dict[str, object] = {"record": known.id if known else str(uuid4()), "kind": kind, "state": state, **words}
    return None, {}, {**data, **_said(act, kind, state)}


def _known(act: Act) -> Record | None:
    wanted = act.text("record")
    found = next((item for item in act.state.records if item.id == wanted), None)
    if wanted and found is None:
        raise Problem("request.bad_value", field="record", value=wanted[:100], reason="-")
    return found


def _said(act: Act, kind: str, state: str) -> dict[str, object]:
    """What a state must say: where a referral goes, why it was refused, how and to whom a stay ended."""
    if kind == "referral" and state == "sent":
        act.needed("lembaga_tujuan")
    if state in ("refused", "returned"):
        return act.reason(needed=True)
    if kind == "stay" and state == "in":
        act.needed("tempat")
    if kind == "stay" and state == "out" and act.one_of("cara", STAY_ENDS) == "serah_terima":
        act.needed("kepada")
    return act.reason() if act.text("reason") else {}
