"""What a user's role means for one catalogue: a smaller catalogue, conditions on rows, masks on columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from nl2sql.policy.roles import SENSITIVE, Mask, Role, User
from schema.errors import UserError
from schema.semantic import Catalogue, Dimension, View


@dataclass(frozen=True)
class RowRule:
    """Only rows whose ``column`` holds one of ``values``; several rules of a view are alternatives."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Guard:
    """The policy of one user on one catalogue, ready to be put into syntax trees.

    Attributes:
        catalogue: What exists for the user; nothing else may be named.
        rows: View → alternatives of which a row must meet one; a view that is missing here shows every row.
        masks: View → column → ``pseudonym`` or ``blank``. Hidden columns are not in the catalogue at all.
        keys: View → column that identifies an enterprise, where groups under ``k`` are hidden.
        identifying: View → columns that single out one enterprise or one document.
        secret: Key of the pseudonyms; never shown and never logged.
    """

    catalogue: Catalogue
    user: User
    rows: Mapping[str, tuple[RowRule, ...]] = field(default_factory=dict)
    masks: Mapping[str, Mapping[str, Mask]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    identifying: Mapping[str, frozenset[str]] = field(default_factory=dict)
    k: int = 0
    secret: str = ""

    @property
    def open(self) -> bool:
        """Whether nothing has to be added to a query."""
        return not self.rows and not self.masks and self.k < 2

    def readable(self, view: str, column: str) -> bool:
        """Whether the stored values of a column may be shown and matched as they are."""
        return column not in self.masks.get(view, {})

    def notes(self, tables: Collection[str], columns: Collection[str]) -> tuple[str, ...]:
        """What the person is told about the policy's part in a result."""
        said = []
        if any(t in self.rows for t in tables):
            said.append(f"Chỉ gồm số liệu của: {', '.join(v for r in self._rules() for v in r.values)}.")
        used = {tuple(c.split(".", 1)) for c in columns}
        if any((t, c) in used for t in tables for c in self.masks.get(t, {})):
            said.append("Thông tin định danh doanh nghiệp được thay bằng mã ẩn danh.")
        if self.k > 1 and any(t in self.keys for t in tables):
            said.append(f"Nhóm có ít hơn {self.k} doanh nghiệp không được hiển thị.")
        return tuple(said)

    def _rules(self) -> tuple[RowRule, ...]:
        seen = {rule for rules in self.rows.values() for rule in rules}
        return tuple(sorted(seen, key=lambda rule: (rule.column, rule.values)))

    def applied(self, tables: Collection[str]) -> dict[str, object]:
        """What was added to a query over these tables, for the audit log."""
        touched = sorted(tables)
        said: dict[str, object] = {"role": self.user.role.name, "units": list(self.user.units)}
        rows = {t: [f"{r.column} IN {list(r.values)}" for r in self.rows[t]] for t in touched if t in self.rows}
        masks = {t: dict(self.masks[t]) for t in touched if self.masks.get(t)}
        if rows:
            said["rows"] = rows
        if masks:
            said["masks"] = masks
        if self.k > 1 and any(t in self.keys for t in touched):
            said["k"] = self.k
        return said


def guard_for(user: User, catalogue: Catalogue, *, described: bool = True, secret: str = "") -> Guard:
    """The guard of a user.

    Args:
        described: The catalogue was written by people; in a draft of a foreign database masked columns are hidden
            whole, because nothing says what else there identifies somebody.
        secret: Key of the pseudonyms.

    Raises:
        UserError: The role may not ask such a database, or its unit is missing or unknown.
    """
    role = user.role
    if not described and not role.permissions.foreign_allowed:
        raise UserError(
            f"Vai “{role.label}” chỉ hỏi được kho đã khai báo.",
            action="Hãy bỏ --db hoặc dùng vai khác.",
            phase="policy",
        )
    if role.unrestricted:
        return Guard(catalogue, user)
    rules = _unit_rules(user, catalogue) if role.rows == "unit" else ()
    views: dict[str, View] = {}
    rows: dict[str, tuple[RowRule, ...]] = {}
    masks: dict[str, dict[str, Mask]] = {}
    for name, view in catalogue.views.items():
        if not role.permissions.area(view.subject or view.name):
            continue
        if role.rows == "unit":
            fitting = tuple(rule for rule in rules if view.dimension(rule.column) is not None)
            owned = any(view.dimension(column) is not None for column in role.unit_columns)
            if not fitting and (owned or view.subject not in role.shared_areas):
                continue  # nothing says whose these rows are
            if fitting:
                rows[name] = fitting
        masked = _masked(role, view, described)
        kept = _without(view, {column for column, mask in masked.items() if mask == "hide"}, catalogue.dialect)
        if not kept.columns():
            continue
        views[name] = kept
        shown: dict[str, Mask] = {column: mask for column, mask in masked.items() if mask != "hide"}
        if shown:
            masks[name] = shown
    keys = {name: key for name in views if (key := _key(catalogue.views[name]))} if role.k > 1 else {}
    identifying = {name: _identifying(catalogue.views[name]) for name in keys}
    smaller = replace(
        catalogue,
        # Caches by version must not mix what different roles see.
        version=f"{catalogue.version}+{role.name}:{','.join(user.units)}",
        views=views,
        relationships=tuple(r for r in catalogue.relationships if _stands(r.left, r.left_columns, views)
                            and _stands(r.right, r.right_columns, views)),
    )  # fmt: skip
    return Guard(smaller, user, rows, masks, keys, identifying, role.k, secret)


def _stands(view: str, columns: tuple[str, ...], views: Mapping[str, View]) -> bool:
    return view in views and set(columns) <= set(views[view].columns())


def _unit_rules(user: User, catalogue: Catalogue) -> tuple[RowRule, ...]:
    if not user.units:
        raise UserError(
            f"Vai “{user.role.label}” cần biết đơn vị của người dùng.",
            action="Hãy thêm --unit, ví dụ: --unit \"Hải Phòng\" hoặc --unit \"Khu vực III\".", phase="policy",
        )  # fmt: skip
    found: dict[str, list[str]] = {}
    for unit in user.units:
        column, value = resolve_unit(unit, catalogue, user.role.unit_columns)
        found.setdefault(column, []).append(value)
    return tuple(RowRule(column, tuple(values)) for column, values in found.items())


def resolve_unit(unit: str, catalogue: Catalogue, columns: tuple[str, ...]) -> tuple[str, str]:
    """The column and the stored value that a unit's name means.

    A name is looked for on the levels in the order of ``columns``; ``level:name`` says which one is meant.

    Raises:
        UserError: The catalogue knows no such unit.
    """
    level, _, rest = unit.partition(":")
    wanted, levels = (rest.strip(), (level.strip(),)) if rest and level.strip() in columns else (unit.strip(), columns)
    folded = wanted.casefold()
    for column in levels:
        for view in catalogue.views.values():
            dimension = view.dimension(column)
            if dimension is None:
                continue
            for value in catalogue.values_of(dimension):
                if folded and folded in {name.casefold() for name in (value.value, value.label, *value.synonyms)}:
                    return column, value.value
    raise UserError(
        f"Không có đơn vị “{unit}” trong danh mục.",
        action="Hãy ghi đúng tên cục, khu vực hoặc đơn vị, ví dụ: Hải Phòng, Khu vực III, cuc:Hải Phòng.",
        phase="policy",
    )


def _masked(role: Role, view: View, described: bool) -> dict[str, Mask]:
    found: dict[str, Mask] = {}
    for dimension in view.dimensions:
        mask = role.columns.get(dimension.name.lower()) or (
            role.columns.get(SENSITIVE) if dimension.sensitive else None
        )
        if mask:
            found[dimension.name] = mask if described else "hide"
    for column in view.columns():
        named = role.columns.get(column.lower())
        if named and column not in found:
            found[column] = "hide" if named == "pseudonym" or not described else named
    return found


def _key(view: View) -> str:
    """The column that identifies an enterprise: a code rather than a name, when there are both."""
    sensitive = [d.name for d in view.dimensions if d.sensitive]
    codes = [name for name in sensitive if name.startswith("ma_")]
    return (codes or sensitive or [""])[0]


def _identifying(view: View) -> frozenset[str]:
    named = {d.name for d in view.dimensions if d.sensitive} | set(view.primary_key)
    return frozenset(named | {d.name for d in view.dimensions if d.name.startswith("so_")})


def _without(view: View, hidden: set[str], dialect: str) -> View:
    """The view without some columns and without everything that is built on them."""
    if not hidden:
        return view

    def clean(sql: str) -> bool:
        return not (_columns_of(sql, dialect) & hidden)

    return replace(
        view,
        dimensions=tuple(_orphan(d, hidden) for d in view.dimensions if d.name not in hidden),
        time_dimensions=tuple(
            replace(t, parts={g: c for g, c in t.parts.items() if c not in hidden})
            for t in view.time_dimensions
            if t.name not in hidden
        ),
        facts=tuple(f for f in view.facts if f.name not in hidden),
        filters=tuple(f for f in view.filters if clean(f.expr)),
        metrics=tuple(m for m in view.metrics if clean(" AND ".join(filter(None, (m.expr, m.numerator, *m.filters))))),
        primary_key=tuple(c for c in view.primary_key if c not in hidden),
        detail=tuple(c for c in view.detail if c not in hidden),
        leads=tuple(c for c in view.leads if c not in hidden),
        examples=tuple(e for e in view.examples if clean(e.sql)),
        verified_queries=tuple(v for v in view.verified_queries if clean(v.sql)),
    )


def _orphan(dimension: Dimension, hidden: set[str]) -> Dimension:
    return replace(dimension, parent="") if dimension.parent in hidden else dimension


def _columns_of(sql: str, dialect: str) -> set[str]:
    """Every name in an expression or statement; all names of the text when it does not parse."""
    try:
        return {node.name for node in sqlglot.parse_one(sql, dialect=dialect).find_all(exp.Identifier)}
    except SqlglotError:
        return set(sql.replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").split())
