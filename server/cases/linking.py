"""Which case a submission belongs to. Pure: it reads the answers, the caller looks the case up."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from forms.sop import FormUse, Sop
from forms.submission import Reading

# Names made by the server for things that arrive without one are derived from what they are, so that
# the same submission always gives the same ids.
NAMESPACE = UUID("6a1f1c1e-6a0c-5e0e-9b0a-2f6f0c2a7d11")


def derived_id(*parts: object) -> str:
    """A UUID that depends on nothing but its parts."""
    return str(uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts)))


@dataclass(frozen=True, slots=True)
class Link:
    """The case a submission names: `case_id`, whether it `opens` it, or why it names none (`reason`)."""

    case_id: str | None
    opens: bool
    reason: str | None = None


def uuid_of(text: str) -> str | None:
    """The UUID written here (with or without `uuid:`) as ids are compared; None for any other text."""
    try:
        return str(UUID(text.strip().removeprefix("uuid:")))
    except ValueError:
        return None


def case_list(sop_id: str) -> str:
    """The entity list of an SOP's cases (ruling 22)."""
    return f"kasus_{sop_id}"


def link(sop: Sop, form: FormUse, reading: Reading, form_id: str, instance_id: str) -> Link:
    """The case this submission opens or follows.

    An intake opens the case whose id its entity block made on the phone, or one derived from the
    instance when the form has no such block or its id is no UUID (only a UUID can be an address). A
    follow-up names its case in `forms.case_field`.
    """
    if form.opens_case:
        for act in reading.entities:
            if act.list == case_list(sop.sop_id) and act.create and (made := uuid_of(act.id)):
                return Link(made, True)
        return Link(derived_id("case", form_id, instance_id), True)
    named = str(reading.answers.get(form.case_field or "kasus_id") or "").strip()
    case_id = uuid_of(named)
    return Link(case_id, False, None if case_id else "case_unknown" if named else "no_case")
