"""Which forms a phone may fill: all of its office, also later ones, or chosen ones."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from server.access import Viewer, require
from server.problems import Problem
from server.queries.viewers import forget_phones
from server.store import Store, Transaction
from server.store.forms import form
from server.store.people import app_user, form_access


def choose_forms(
    store: Store, viewer: Viewer | None, project_id: int, phone_id: int, forms: Iterable[str] | None
) -> None:
    """Gives a phone these forms (ids) and no others, or with None all forms of its office, also later ones.

    Raises `phone.unknown`, or `request.bad_value` for a form the office does not have.
    """
    viewer = require(viewer, "phone.manage", project_id)
    with store.write() as tx:
        _known(tx, project_id, phone_id)
        wanted = None if forms is None else [_form(tx, project_id, name) for name in dict.fromkeys(forms)]
        _write(tx, phone_id, wanted)
        _note(tx, viewer, project_id, phone_id, "assignment.update", sorted(dict.fromkeys(forms or ())) or None)
    forget_phones(store)


def give_form(store: Store, viewer: Viewer | None, project_id: int, form_id: str, phone_id: int) -> None:
    """Gives a phone one form. What a program made and gave nothing yet has from now on only what it is given;
    a phone with all forms keeps them all. Raises `phone.unknown`, `request.not_found`."""
    viewer = require(viewer, "phone.manage", project_id)
    with store.write() as tx:
        state = _known(tx, project_id, phone_id)
        given = _form(tx, project_id, form_id)
        if state != "all":
            _write(tx, phone_id, {*_held(tx, phone_id), given})
        _note(tx, viewer, project_id, phone_id, "assignment.create", form_id)
    forget_phones(store)


def take_form(store: Store, viewer: Viewer | None, project_id: int, form_id: str, phone_id: int) -> None:
    """Takes one form from a phone; one that had all forms has the others from now on.

    Raises `phone.unknown`, and `request.not_found` when the phone does not have it.
    """
    viewer = require(viewer, "phone.manage", project_id)
    with store.write() as tx:
        state = _known(tx, project_id, phone_id)
        taken = _form(tx, project_id, form_id)
        held = _held(tx, phone_id) if state == "chosen" else _forms(tx, project_id)
        if taken not in held:
            raise Problem("request.not_found")
        _write(tx, phone_id, held - {taken})
        _note(tx, viewer, project_id, phone_id, "assignment.delete", form_id)
    forget_phones(store)


def _known(tx: Transaction, project_id: int, phone_id: int) -> str:
    """How the phone's forms are given (see `store.people.app_user`)."""
    mine = (app_user.c.actor_id == phone_id, app_user.c.project_id == project_id)
    state = tx.execute(select(app_user.c.forms).where(*mine)).scalar()
    if state is None:
        raise Problem("phone.unknown", name=phone_id)
    return str(state)


def _form(tx: Transaction, project_id: int, name: str) -> int:
    found = tx.execute(select(form.c.id).where(form.c.project_id == project_id, form.c.xml_form_id == name)).scalar()
    if found is None:
        raise Problem("request.not_found")
    return int(found)


def _forms(tx: Transaction, project_id: int) -> set[int]:
    return set(tx.execute(select(form.c.id).where(form.c.project_id == project_id)).scalars())


def _held(tx: Transaction, phone_id: int) -> set[int]:
    return set(tx.execute(select(form_access.c.form_id).where(form_access.c.actor_id == phone_id)).scalars())


def _write(tx: Transaction, phone_id: int, forms: Iterable[int] | None) -> None:
    tx.execute(delete(form_access).where(form_access.c.actor_id == phone_id))
    state = "all" if forms is None else "chosen"
    tx.execute(update(app_user).where(app_user.c.actor_id == phone_id).values(forms=state))
    rows = [{"actor_id": phone_id, "form_id": form_id} for form_id in sorted(forms or ())]
    if rows:
        tx.execute(form_access.insert(), rows)


def _note(
    tx: Transaction, viewer: Viewer, project_id: int, phone_id: int, act: str, forms: str | list[str] | None
) -> None:
    subject = f"phone:{phone_id}"
    tx.audit(viewer.id, f"field_key.{act}", project=project_id, subject=subject, details={"forms": forms})
