"""0004: phones made before keep all forms, drafts made before can be tried; old rows stay as they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.store import Store
from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

AT = "'2026-03-02T02:00:00.000Z'"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'a', 'Dinas A', 'Asia/Jakarta', {AT})",
    f"INSERT INTO actor (id, type, display_name, created_at) VALUES (1, 'user', 'Rina', {AT})",
    f"INSERT INTO actor (id, type, display_name, created_at) VALUES (2, 'field_key', 'HP Sri', {AT})",
    "INSERT INTO user_account (actor_id, login, password_hash) VALUES (1, 'rina@a.test', 'x')",
    "INSERT INTO app_user (actor_id, project_id, nonce, token_hash) VALUES (2, 1, 'n', 'h')",
    f"INSERT INTO form (id, project_id, xml_form_id, draft_version_id, created_at) VALUES (1, 1, 'a_lapor', 1, {AT})",
    f"INSERT INTO form (id, project_id, xml_form_id, current_version_id, created_at) VALUES (2, 1, 'a_lama', 2, {AT})",
)
LINK = f"INSERT INTO actor (id, type, display_name, created_at) VALUES (3, 'public_link', 'Spanduk', {AT})"


@pytest.fixture
def at_0003(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """An office with a phone, a draft and a published form, from the version before."""
    with office_at("0003", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        yield store


def test_a_phone_of_before_keeps_all_forms_and_a_draft_gets_its_address(at_0003: Store) -> None:
    migrate(at_0003)
    with at_0003.read() as db:
        phone = db.execute(text("SELECT forms, settings, token_hash FROM app_user")).one()
        tokens = {row.xml_form_id: row.draft_token for row in db.execute(text("SELECT * FROM form"))}
    assert tuple(phone) == ("all", "{}", "h")
    assert len(tokens["a_lapor"]) == 64
    assert tokens["a_lama"] is None


def test_a_link_can_be_an_actor_and_the_actors_of_before_stay(at_0003: Store) -> None:
    migrate(at_0003)
    with at_0003.write() as tx:
        tx.execute(text(LINK))
        tx.audit(None, "test")
    with at_0003.read() as db:
        kinds = db.execute(text("SELECT type FROM actor ORDER BY id")).scalars().all()
        account = db.execute(text("SELECT login, collect_nonce FROM user_account")).one()
    assert kinds == ["user", "field_key", "public_link"]
    assert tuple(account) == ("rina@a.test", None)
