"""Signing in: which way this installation uses, and the few functions that a page needs.

- ``single`` (default): one person, the app bound to localhost, no sign-in, full rights;
- ``local``: users in a file with argon2 hashes;
- ``oidc``: an identity provider through Streamlit's own login; the claims say the role.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nl2sql.history.audit import AuditLog
from nl2sql.history.record import decision_record
from nl2sql.identity.passwords import outdated, verify
from nl2sql.identity.state import SessionEndedError, SignInState
from nl2sql.identity.users import UserStore
from nl2sql.policy.roles import User, find_role, local_user
from schema.errors import UserError

Mode = Literal["single", "local", "oidc"]
MODES: tuple[Mode, ...] = ("single", "local", "oidc")
ROLE_CLAIMS = ("hoikho_role", "roles", "groups")
UNIT_CLAIMS = ("hoikho_unit", "units")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Session:
    """A signed-in user and the token that says so; the token belongs in the browser session's server-side state."""

    user: User
    token: str


def mode() -> Mode:
    """The way of signing in, from ``HOIKHO_AUTH``.

    Raises:
        UserError: It names no known way; nobody is let in by mistake.
    """
    named = os.environ.get("HOIKHO_AUTH", "single")
    for known in MODES:
        if named == known:
            return known
    raise UserError(f"HOIKHO_AUTH={named} không hợp lệ.", action="Chọn single, local hoặc oidc.", phase="identity")


class Identity:
    """Who is there. Every call looks at the files again, so that a removed user is out at once.

    Args:
        home: State directory.
        state: Sessions and failures; of ``home`` when None.
        audit: Where sign-ins are logged; None logs nothing.
    """

    def __init__(self, home: Path, state: SignInState | None = None, audit: AuditLog | None = None) -> None:
        self._audit = audit
        self._home = home
        self._users = UserStore(home)
        self._state = state or SignInState(home)

    @property
    def users(self) -> UserStore:
        """The accounts of local mode."""
        return self._users

    def sign_in(self, name: str, password: str) -> Session:
        """Sign in with name and password (local mode).

        Raises:
            UserError: Wrong name or password (which of the two is not said), or too many attempts.
        """
        key = name.strip().casefold()[:64]
        self._state.attempt(key)
        account = self._users.find(key)
        right = verify(account.hash if account is not None else "", password)
        if account is None or not right or account.disabled:
            self._log("signin_failed", key if account is not None else "?", "đăng nhập sai")
            raise UserError("Tên đăng nhập hoặc mật khẩu không đúng.", action="Hãy thử lại.", phase="identity")
        self._state.forgive(key)
        if outdated(account.hash):
            self._users.rehash(key, password)
        session = Session(self._users.user(account), self._state.begin(key, account.changed))
        self._log("signin", key, f"đăng nhập, vai {account.role}")
        return session

    def current(self, token: str) -> User | None:
        """The user of a session; None when it has expired, was ended, or the account was changed since."""
        kept = self._state.look(token) if token else None
        account = self._users.find(kept.name) if kept is not None else None
        if kept is None or account is None or account.disabled or account.changed != kept.changed:
            return None
        return self._users.user(account)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._state.end(token)

    def set_password(self, name: str, password: str) -> None:
        """Give a user a new password and forget the failed attempts.

        Raises:
            UserError: There is no such user, or the password is weak.
        """
        self._users.set_password(name, password)
        self._state.forgive(name.strip().casefold())

    def _log(self, event: str, name: str, what: str) -> None:
        if self._audit is not None:
            self._audit.append(decision_record(event, name, what))

    def single(self, address: str) -> User:
        """The one user of single-user mode.

        Args:
            address: Address that the server listens on.

        Raises:
            UserError: The app listens to more than this machine.
        """
        if address not in LOOPBACK:
            raise UserError(
                "Chế độ một người dùng chỉ chạy trên máy này (localhost).",
                action="Hãy bỏ --server.address, hoặc đặt HOIKHO_AUTH=local và thêm người dùng bằng: hoikho user add.",
                phase="identity",
            )
        return local_user(home=self._home)

    def provider_user(self, claims: Mapping[str, Any]) -> User:
        """The user of a provider's claims, in a session that expires like any other.

        Args:
            claims: Of the ID token, whose signature, issuer, audience, nonce and time were checked at sign-in.

        Raises:
            SessionEndedError: The session has expired or was ended; the person signs in again.
            UserError: No claim names a role.
        """
        issued = claims.get("iat")
        if not isinstance(issued, int | float) or not claims.get("sub"):
            raise SessionEndedError()
        name = _claimed_name(claims)
        begun = self._state.adopt(_sign_in_of(claims), name, float(issued))
        try:
            user = self.from_claims(claims)
        except UserError:
            if begun:
                self._log("signin_failed", name or "?", "tài khoản của nhà cung cấp chưa có vai")
            raise
        if begun:
            self._log("signin", user.name, f"đăng nhập qua nhà cung cấp danh tính, vai {user.role.name}")
        return user

    def leave_provider(self, claims: Mapping[str, Any]) -> None:
        """End the session of a provider's claims: a copy of the browser's cookie is worth nothing afterwards."""
        self._state.end(_sign_in_of(claims))

    def from_claims(self, claims: Mapping[str, Any]) -> User:
        """The user of an identity provider's claims: the first claim value that names a role decides.

        Raises:
            UserError: No claim names a role of this installation: a person without a role sees nothing.
        """
        name = _claimed_name(claims)
        for value in _values(claims, ROLE_CLAIMS):
            try:
                role = find_role(value, self._home)
            except UserError:
                continue
            if role.name == "local" or not name:
                continue  # the person at this machine is nobody's claim
            return User(name, role, tuple(_values(claims, UNIT_CLAIMS)), str(claims.get("name") or name))
        raise UserError(
            "Tài khoản này chưa được giao vai nào trong HỏiKho.", action="Hãy liên hệ quản trị viên.", phase="identity"
        )


def _claimed_name(claims: Mapping[str, Any]) -> str:
    """The person's name for the log; an address that the provider has not verified is nobody's name."""
    if claims.get("email_verified") is False and not claims.get("preferred_username"):
        return str(claims.get("sub") or "")
    return str(claims.get("preferred_username") or claims.get("email") or claims.get("sub") or "")


def _sign_in_of(claims: Mapping[str, Any]) -> str:
    """What is the same for one sign-in and another for the next."""
    return json.dumps([claims.get(name) for name in ("iss", "sub", "iat", "nonce", "sid", "jti")], default=str)


def _values(claims: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        value = claims.get(name)
        found.extend([value] if isinstance(value, str) else [v for v in value or () if isinstance(v, str)])
    return found
