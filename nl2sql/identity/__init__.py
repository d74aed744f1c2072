"""Who is there: the three ways of signing in, accounts, sessions, limits on attempts."""

from nl2sql.identity.service import Identity, Mode, Session, mode
from nl2sql.identity.state import SessionEndedError
from nl2sql.identity.users import Account, UserStore

__all__ = ["Account", "Identity", "Mode", "Session", "SessionEndedError", "UserStore", "mode"]
