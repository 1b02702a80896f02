"""Signing in: right and wrong passwords, guessing, sessions that end, passwords that change."""

import pytest
from sqlalchemy import func, select

from server.access import OPERATOR, Viewer
from server.actions import sign_in
from server.actions.projects import create_project
from server.actions.sign_in import plain_login, viewer_of_basic
from server.actions.users import add_user, disable_user, enable_user, grant_role, reset_password, revoke_role
from server.problems import Problem
from server.queries.viewers import session_of, viewer_of_session
from server.store import Store
from server.store.audit import audit
from server.store.people import login_failure, session, user
from tests.world import Clock

PASSWORD = "hujan di bulan juni"
HOME = "10.0.0.7"


@pytest.fixture
def project(store: Store) -> int:
    return create_project(store, OPERATOR, "Dinas Sosial Kota Pasuruan")


@pytest.fixture
def sri(store: Store, project: int) -> int:
    """Sri Wahyuni, a social worker."""
    made = add_user(
        store,
        OPERATOR,
        "Sri@Pasuruan.test",
        role="peksos",
        project_id=project,
        name="Sri Wahyuni",
        password=PASSWORD,
    )
    return made.id


@pytest.fixture
def rina(store: Store) -> int:
    """Rina Kartika, the admin."""
    return add_user(store, OPERATOR, "rina@pasuruan.test", role="admin", name="Rina Kartika", password=PASSWORD).id


def refused(code: str, login: str, password: str, store: Store, address: str = HOME) -> Problem:
    with pytest.raises(Problem) as problem:
        sign_in.sign_in(store, login, password, address)
    assert problem.value.code == code
    return problem.value


def test_sri_signs_in_with_her_address_in_any_case(store: Store, sri: int, project: int) -> None:
    made = sign_in.sign_in(store, " SRI@pasuruan.test ", PASSWORD, HOME)
    assert made.viewer == Viewer(sri, "Sri Wahyuni", roles={project: frozenset({"peksos"})}, login="sri@pasuruan.test")
    assert viewer_of_session(store, made.token) == made.viewer
    assert not made.must_change


def test_nip_and_phone_numbers_are_logins_however_they_are_spaced() -> None:
    assert plain_login("19800101 200501 2 003") == "198001012005012003"
    assert plain_login("+62 812-3456-7890") == "+6281234567890"
    assert plain_login("sri.wahyuni@pasuruan.test") == "sri.wahyuni@pasuruan.test"


def test_the_database_holds_neither_token_nor_password(store: Store, sri: int) -> None:
    made = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME)
    with store.read() as db:
        kept = repr(db.execute(select(session)).all()) + repr(db.execute(select(user)).all())
        kept += repr(db.execute(select(audit)).all())
    assert made.token not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept


def test_every_sign_in_makes_a_new_token_and_signing_out_ends_only_that_one(store: Store, sri: int) -> None:
    first = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME)
    second = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME)
    assert first.token != second.token
    sign_in.sign_out(store, first.token)
    assert viewer_of_session(store, first.token) is None
    assert viewer_of_session(store, second.token) is not None


def test_after_six_wrong_guesses_the_name_is_locked_for_a_quarter_of_an_hour(
    store: Store, sri: int, clock: Clock
) -> None:
    for _ in range(6):
        refused("auth.wrong", "sri@pasuruan.test", "salah salah salah", store)
        clock.advance(minutes=1)
    # Even the right password is not tried now.
    problem = refused("auth.locked", "sri@pasuruan.test", PASSWORD, store)
    assert problem.args_["minutes"] == 9
    clock.advance(minutes=10)
    assert sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer.id == sri


def test_an_unknown_name_is_answered_and_locked_like_a_known_one(store: Store, sri: int) -> None:
    for _ in range(6):
        refused("auth.wrong", "tidak.ada@pasuruan.test", PASSWORD, store)
    refused("auth.locked", "tidak.ada@pasuruan.test", PASSWORD, store)


def test_thirty_failures_lock_an_address_for_every_name(store: Store, sri: int, clock: Clock) -> None:
    for number in range(30):
        refused("auth.wrong", f"tebakan{number}@pasuruan.test", "salah salah salah", store)
    refused("auth.locked", "sri@pasuruan.test", PASSWORD, store)
    assert sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, "10.0.0.8").viewer.id == sri
    clock.advance(minutes=15, seconds=1)
    assert sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer.id == sri


def test_signing_in_forgets_earlier_slips(store: Store, sri: int) -> None:
    for _ in range(5):
        refused("auth.wrong", "sri@pasuruan.test", "salah salah salah", store)
    sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME)
    with store.read() as db:
        assert db.execute(select(func.count()).select_from(login_failure)).scalar_one() == 0


def test_a_web_session_ends_after_twelve_hours_and_a_programs_after_a_day(store: Store, sri: int, clock: Clock) -> None:
    web = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME, "web").token
    api = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME, "api").token
    clock.advance(hours=12)
    assert viewer_of_session(store, web) is None
    assert viewer_of_session(store, api) is not None
    clock.advance(hours=12)
    assert viewer_of_session(store, api) is None


def test_an_admin_who_walks_away_is_signed_out_after_half_an_hour(
    store: Store, rina: int, sri: int, clock: Clock
) -> None:
    admin = sign_in.sign_in(store, "rina@pasuruan.test", PASSWORD, HOME).token
    officer = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).token
    for _ in range(4):
        clock.advance(minutes=20)
        assert sign_in.resume(store, admin) is not None
    clock.advance(minutes=31)
    assert sign_in.resume(store, admin) is None
    assert sign_in.resume(store, officer) is not None


def test_a_one_time_password_asks_to_be_changed(store: Store, project: int) -> None:
    made = add_user(store, OPERATOR, "hadi@pasuruan.test", role="supervisor", project_id=project)
    assert made.one_time is not None
    session = sign_in.sign_in(store, "hadi@pasuruan.test", made.one_time, HOME)
    assert session.must_change
    sign_in.change_password(store, session.viewer, made.one_time, PASSWORD, HOME, keep=session.token)
    found = session_of(store, session.token)
    assert found is not None
    assert not found.must_change


def test_a_new_password_ends_the_other_sessions(store: Store, sri: int) -> None:
    here = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME)
    there = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, "10.0.0.9")
    sign_in.change_password(store, here.viewer, PASSWORD, "angin dari timur laut", HOME, keep=here.token)
    assert viewer_of_session(store, here.token) is not None
    assert viewer_of_session(store, there.token) is None
    refused("auth.wrong", "sri@pasuruan.test", PASSWORD, store)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("pendek", "password.short"),
        ("x" * 513, "password.long"),
        ("katasandi1234", "password.weak"),
        ("aaaaaaaaaaaaaaa", "password.weak"),
        ("sri@pasuruan.test", "password.weak"),
        (PASSWORD, "password.same"),
    ],
)
def test_a_weak_password_is_not_taken(store: Store, sri: int, password: str, code: str) -> None:
    viewer = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer
    with pytest.raises(Problem) as problem:
        sign_in.change_password(store, viewer, PASSWORD, password, HOME)
    assert problem.value.code == code


def test_changing_a_password_asks_for_the_old_one(store: Store, sri: int) -> None:
    viewer = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer
    with pytest.raises(Problem) as problem:
        sign_in.change_password(store, viewer, "bukan yang lama", "angin dari timur laut", HOME)
    assert problem.value.code == "auth.wrong"


def test_a_disabled_account_is_out_at_once_everywhere(store: Store, sri: int, rina: int) -> None:
    token = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).token
    assert viewer_of_basic(store, "sri@pasuruan.test", PASSWORD, HOME).id == sri
    disable_user(store, OPERATOR, "sri@pasuruan.test")
    assert viewer_of_session(store, token) is None
    with pytest.raises(Problem) as problem:
        viewer_of_basic(store, "sri@pasuruan.test", PASSWORD, HOME)
    assert problem.value.code == "auth.wrong"
    enable_user(store, OPERATOR, "sri@pasuruan.test")
    assert sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, "10.0.0.8").viewer.id == sri


def test_basic_follows_a_changed_password_at_once(store: Store, sri: int) -> None:
    assert viewer_of_basic(store, "sri@pasuruan.test", PASSWORD, HOME).id == sri
    reset_password(store, OPERATOR, "sri@pasuruan.test", "angin dari timur laut")
    with pytest.raises(Problem):
        viewer_of_basic(store, "sri@pasuruan.test", PASSWORD, HOME)
    assert viewer_of_basic(store, "sri@pasuruan.test", "angin dari timur laut", HOME).id == sri


def test_basic_guesses_are_counted_like_any_other(store: Store, sri: int) -> None:
    for _ in range(6):
        with pytest.raises(Problem, match=r"auth\.wrong"):
            viewer_of_basic(store, "sri@pasuruan.test", "salah salah salah", HOME)
    with pytest.raises(Problem, match=r"auth\.locked"):
        viewer_of_basic(store, "sri@pasuruan.test", "salah salah salah", HOME)


def test_an_admin_unlocks_a_name_with_a_new_password(store: Store, sri: int) -> None:
    for _ in range(6):
        refused("auth.wrong", "sri@pasuruan.test", "salah salah salah", store)
    made = reset_password(store, OPERATOR, "sri@pasuruan.test")
    assert made.one_time is not None
    assert sign_in.sign_in(store, "sri@pasuruan.test", made.one_time, HOME).must_change


def test_the_last_admin_can_neither_be_disabled_nor_lose_the_role(store: Store, rina: int) -> None:
    with pytest.raises(Problem, match=r"user\.last_admin"):
        disable_user(store, OPERATOR, "rina@pasuruan.test")
    with pytest.raises(Problem, match=r"user\.last_admin"):
        revoke_role(store, OPERATOR, rina, "admin", None)
    add_user(store, OPERATOR, "kedua@pasuruan.test", role="admin", password=PASSWORD)
    disable_user(store, OPERATOR, "rina@pasuruan.test")


def test_a_change_of_roles_ends_the_session_that_held_the_old_ones(store: Store, sri: int, project: int) -> None:
    token = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).token
    grant_role(store, OPERATOR, sri, "supervisor", project)
    assert viewer_of_session(store, token) is None
    viewer = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer
    assert viewer.roles_in(project) == {"peksos", "supervisor"}
    revoke_role(store, OPERATOR, sri, "peksos", project)
    assert sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer.roles_in(project) == {"supervisor"}


def test_accounts_are_made_only_by_those_who_may(store: Store, sri: int, project: int) -> None:
    viewer = sign_in.sign_in(store, "sri@pasuruan.test", PASSWORD, HOME).viewer
    for who, code in ((viewer, "access.denied"), (None, "auth.required")):
        with pytest.raises(Problem) as problem:
            add_user(store, who, "x@pasuruan.test", role="peksos", project_id=project)
        assert problem.value.code == code


@pytest.mark.parametrize(
    ("login", "role", "everywhere", "code"),
    [
        ("sri@pasuruan.test", "peksos", False, "user.login_taken"),
        ("bukan alamat", "peksos", False, "user.bad_login"),
        ("x@pasuruan.test", "phone", False, "user.bad_role"),
        ("x@pasuruan.test", "Kepala Dinas", False, "user.bad_role"),
        ("x@pasuruan.test", "peksos", True, "user.project_required"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    store: Store, sri: int, project: int, login: str, role: str, everywhere: bool, code: str
) -> None:
    with pytest.raises(Problem) as problem:
        add_user(store, OPERATOR, login, role=role, project_id=None if everywhere else project)
    assert problem.value.code == code


def test_old_failures_are_swept(store: Store, sri: int, clock: Clock) -> None:
    refused("auth.wrong", "sri@pasuruan.test", "salah salah salah", store)
    clock.advance(days=1, seconds=1)
    refused("auth.wrong", "sri@pasuruan.test", "salah salah salah", store)
    with store.read() as db:
        assert db.execute(select(func.count()).select_from(login_failure)).scalar_one() == 1
