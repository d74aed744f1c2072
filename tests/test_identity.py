"""Signing in: hashes, limits on attempts, sessions that end, claims of a provider, the one-person mode."""

from __future__ import annotations

from pathlib import Path

import pytest

from nl2sql.errors import UserError
from nl2sql.history.audit import AuditLog
from nl2sql.identity import Identity, SessionEndedError, mode
from nl2sql.identity.state import IDLE_SECONDS, LONGEST_SECONDS, MAX_FAILURES, WINDOW_SECONDS, SignInState

PASSWORD = "con mèo leo cây cau"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def identity(tmp_path: Path, clock: Clock) -> Identity:
    made = Identity(tmp_path, SignInState(tmp_path, clock))
    made.users.add("lan.nguyen", "analyst", PASSWORD, display="Nguyễn Lan")
    return made


def test_a_session_says_who_it_is_and_ends_when_signed_out(identity: Identity) -> None:
    session = identity.sign_in(" Lan.Nguyen ", PASSWORD)
    user = identity.current(session.token)
    assert user is not None
    assert (user.name, user.role.name, user.display) == ("lan.nguyen", "analyst", "Nguyễn Lan")
    identity.sign_out(session.token)
    assert identity.current(session.token) is None


def test_neither_password_nor_token_stands_in_a_file(identity: Identity, tmp_path: Path) -> None:
    token = identity.sign_in("lan.nguyen", PASSWORD).token
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept
    assert b"$argon2id$" in kept
    assert (tmp_path / "config" / "users.yaml").stat().st_mode & 0o077 == 0


def test_sign_ins_are_logged_without_the_password(identity: Identity, tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    logged = Identity(tmp_path, audit=log)
    logged.sign_in("lan.nguyen", PASSWORD)
    for name in ("lan.nguyen", "mật khẩu gõ nhầm chỗ"):
        with pytest.raises(UserError):
            logged.sign_in(name, "sai hoàn toàn rồi")
    told = [(entry.body["event"], entry.body["user"]) for entry in log.entries()]
    assert told == [("signin", "lan.nguyen"), ("signin_failed", "lan.nguyen"), ("signin_failed", "?")]


def test_a_wrong_name_and_a_wrong_password_are_told_alike(identity: Identity) -> None:
    with pytest.raises(UserError) as nobody:
        identity.sign_in("khong.co", PASSWORD)
    with pytest.raises(UserError) as wrong:
        identity.sign_in("lan.nguyen", "sai hoàn toàn rồi")
    assert str(nobody.value) == str(wrong.value)


def test_attempts_are_limited_even_with_the_right_password_and_after_a_restart(
    identity: Identity, tmp_path: Path, clock: Clock
) -> None:
    for _ in range(MAX_FAILURES):
        with pytest.raises(UserError, match="không đúng"):
            identity.sign_in("lan.nguyen", "sai hoàn toàn rồi")
    again = Identity(tmp_path, SignInState(tmp_path, clock))
    with pytest.raises(UserError, match="quá nhiều lần"):
        again.sign_in("lan.nguyen", PASSWORD)
    clock.now += WINDOW_SECONDS + 1
    assert again.sign_in("lan.nguyen", PASSWORD).user.name == "lan.nguyen"


def test_an_administrators_new_password_lifts_the_limit(identity: Identity) -> None:
    for _ in range(MAX_FAILURES):
        with pytest.raises(UserError):
            identity.sign_in("lan.nguyen", "sai hoàn toàn rồi")
    identity.set_password("lan.nguyen", "một câu thật dài khác")
    assert identity.sign_in("lan.nguyen", "một câu thật dài khác").user.name == "lan.nguyen"


def test_sessions_expire_when_idle_and_in_any_case_after_a_day_of_work(identity: Identity, clock: Clock) -> None:
    token = identity.sign_in("lan.nguyen", PASSWORD).token
    clock.now += IDLE_SECONDS - 1
    assert identity.current(token) is not None
    clock.now += IDLE_SECONDS + 1
    assert identity.current(token) is None
    token, begun = identity.sign_in("lan.nguyen", PASSWORD).token, clock.now
    while clock.now - begun < LONGEST_SECONDS:
        assert identity.current(token) is not None
        clock.now += IDLE_SECONDS - 60
    assert identity.current(token) is None


@pytest.mark.parametrize("change", ["password", "disable", "remove"])
def test_a_changed_account_ends_its_sessions_at_once(identity: Identity, change: str) -> None:
    token = identity.sign_in("lan.nguyen", PASSWORD).token
    if change == "password":
        identity.set_password("lan.nguyen", "một câu thật dài khác")
    elif change == "disable":
        identity.users.disable("lan.nguyen")
    else:
        identity.users.remove("lan.nguyen")
    assert identity.current(token) is None


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "é" * 500])
def test_an_invented_token_is_nobodys(identity: Identity, token: str) -> None:
    assert identity.current(token) is None


@pytest.mark.parametrize("password", ["ngắn", "aaaaaaaaaaaaaa", "lan.nguyen12345", "1234567890"])
def test_weak_passwords_are_refused(identity: Identity, password: str) -> None:
    with pytest.raises(UserError):
        identity.set_password("lan.nguyen", password)


def test_a_unit_role_needs_a_unit_and_a_role_must_exist(identity: Identity) -> None:
    with pytest.raises(UserError, match="đơn vị"):
        identity.users.add("an", "unit_leader", PASSWORD)
    with pytest.raises(UserError, match="Không có vai"):
        identity.users.add("an", "vua", PASSWORD)


def test_a_broken_user_file_lets_nobody_in(identity: Identity, tmp_path: Path) -> None:
    (tmp_path / "config" / "users.yaml").write_text("users: [", encoding="utf-8")
    with pytest.raises(UserError, match="Không đọc được danh sách"):
        identity.sign_in("lan.nguyen", PASSWORD)


def test_the_one_person_mode_is_bound_to_this_machine(identity: Identity) -> None:
    assert identity.single("127.0.0.1").permissions.sql_allowed
    with pytest.raises(UserError, match="localhost"):
        identity.single("0.0.0.0")


def test_an_unknown_way_of_signing_in_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIKHO_AUTH", "none")
    with pytest.raises(UserError):
        mode()


def test_claims_name_the_role(identity: Identity) -> None:
    user = identity.from_claims(
        {"sub": "1", "email": "a@b.vn", "groups": ["x", "unit_leader"], "hoikho_unit": "Hải Phòng"}
    )
    assert (user.name, user.role.name, user.units) == ("a@b.vn", "unit_leader", ("Hải Phòng",))


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": "1"}, {"sub": "1", "roles": ["root"]}, {"sub": "1", "roles": ["local"]}, {"roles": ["admin"]}],
)
def test_without_a_role_of_this_installation_nobody_gets_in(identity: Identity, claims: dict[str, object]) -> None:
    with pytest.raises(UserError, match="chưa được giao vai"):
        identity.from_claims(claims)


def claims(clock: Clock, **more: object) -> dict[str, object]:
    return {
        "iss": "https://cap",
        "sub": "7",
        "iat": clock.now,
        "preferred_username": "hai",
        "roles": ["leader"],
        **more,
    }


def test_a_providers_session_expires_when_idle_and_in_any_case(identity: Identity, clock: Clock) -> None:
    given, begun = claims(clock), clock.now
    assert identity.provider_user(given).role.name == "leader"
    while clock.now - begun < LONGEST_SECONDS:
        assert identity.provider_user(given).name == "hai"
        clock.now += IDLE_SECONDS - 60
    with pytest.raises(SessionEndedError):
        identity.provider_user(given)
    given = claims(clock)
    identity.provider_user(given)
    clock.now += IDLE_SECONDS + 1
    for _ in range(2):
        with pytest.raises(SessionEndedError):
            identity.provider_user(given)


def test_a_providers_session_ends_for_good(identity: Identity, clock: Clock) -> None:
    given = claims(clock)
    identity.provider_user(given)
    identity.leave_provider(given)
    with pytest.raises(SessionEndedError):
        identity.provider_user(given)
    clock.now += 60
    assert identity.provider_user(claims(clock)).name == "hai"


@pytest.mark.parametrize("lacking", [{"iat": None}, {"iat": "hôm nay"}, {"sub": ""}, {"iat": 1.0}, {"iat": 9e9}])
def test_a_cookie_without_a_sign_in_of_now_begins_nothing(
    identity: Identity, clock: Clock, lacking: dict[str, object]
) -> None:
    with pytest.raises(SessionEndedError):
        identity.provider_user(claims(clock, **lacking))


def test_sign_ins_through_a_provider_are_logged_once(tmp_path: Path, clock: Clock) -> None:
    log = AuditLog(tmp_path)
    logged = Identity(tmp_path, SignInState(tmp_path, clock), log)
    for _ in range(3):
        logged.provider_user(claims(clock))
        with pytest.raises(UserError, match="chưa được giao vai"):
            logged.provider_user(claims(clock, sub="8", preferred_username="la", roles=["vua"]))
    told = [(entry.body["event"], entry.body["user"]) for entry in log.entries()]
    assert told == [("signin", "hai"), ("signin_failed", "la")]


def test_another_role_ends_open_sessions_and_needs_its_units(identity: Identity) -> None:
    session = identity.sign_in("lan.nguyen", PASSWORD)
    with pytest.raises(UserError, match="cần đơn vị"):
        identity.users.set_rights("lan.nguyen", "unit_leader")
    identity.users.set_rights("lan.nguyen", "unit_leader", ("Hải Phòng",))
    assert identity.current(session.token) is None
    account = identity.users.find("lan.nguyen")
    assert account is not None
    assert (account.role, account.units) == ("unit_leader", ("Hải Phòng",))
