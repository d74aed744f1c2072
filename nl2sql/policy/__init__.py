"""Who may see what: roles, users, and the guard that the door builds into every query.

The threat model is in ``docs/security.md``; this is the part of it that concerns people with an account.

*Who attacks.* A signed-in person who wants more than the role gives; a person whose question, stored value or
catalogue text steers the model; the model, which writes whatever fits the text.

*Where the policy stands.* Not in the prompt and not in the reading: in the syntax tree, inside the one door
(``nl2sql/query/validate.py``), after generation and after every edit alike. The door first checks the SQL against a
catalogue that holds nothing else than the role's areas and columns (what is hidden does not exist, so that its name
is "not found" and never "forbidden"), then replaces every reference to a base table by a subquery with the rows and
the masked columns of the role. Whatever stands around such a subquery cannot see past it.

*What follows from the same catalogue.* Prompt, examples, vocabulary of stored values, suggestions, corrections of
misspelt names and error texts are all made from the role's catalogue and through the role's rows, and are cached by
role and units.

*What it does not do.* It does not protect against somebody who can read the files of the machine, nor against two
people with an account who pool what they were told.
"""

from nl2sql.policy.guard import Guard, guard_for, resolve_unit
from nl2sql.policy.roles import (
    DEFAULT_ROLE,
    Permissions,
    Role,
    User,
    find_role,
    load_roles,
    local_user,
)

__all__ = [
    "DEFAULT_ROLE",
    "Guard",
    "Permissions",
    "Role",
    "User",
    "find_role",
    "guard_for",
    "load_roles",
    "local_user",
    "resolve_unit",
]
