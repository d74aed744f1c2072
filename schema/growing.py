"""Builds a warehouse that does not fit into memory, world by world, in steps that a cut build need not repeat.

A world is a small warehouse of its own: declarations, lines, payments and what follows from them, made by the same
generator and raked to the same published totals, its values then divided by the number of worlds. So every figure that
is calibrated is met by the sum, whatever the number of worlds. What does not follow the declarations (violations, debt,
audits, staff …) comes from the first world alone.

A step is written in one transaction together with its name in ``_tien_do``: what is named there is whole.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from schema.loading import load_catalogue
from schema.synthetic import audits, borders, debts, declarations, lines, revenue, staff, violations
from schema.synthetic.areas import World
from schema.synthetic.reference import Reference, load_reference, monthly_totals
from schema.synthetic.registry import AREAS
from schema.synthetic.tables import core_facts, dimensions, enterprise_table, facts
from schema.writing import Progress, comment, count, load, statements, tables

MEMORY = "1GB"
_STEPS = "_tien_do"
_SHARE_OF_WORLDS = 0.85
# Tables that every world adds to, and the files whose statements make them, in their order.
_GROWING = (
    "f_to_khai",
    "f_dong_hang",
    "f_thu_nsnn",
    "xnk",
    "to_khai",
    "thu_nsnn",
    "f_tham_van_gia",
    "tham_van_gia",
    "f_giay_xuat_xu",
    "giay_xuat_xu",
)
_GROWING_FILES = ("ddl.sql", "flat.sql", "sql/valuation.sql", "sql/certificates.sql")
# Areas that follow the declarations, and what of them is staged until the end, because its SQL needs all worlds.
_FOLLOWING = ("valuation.sql", "certificates.sql", "risk.sql")
_GATHERED = ("s_phat_hien", "s_hoat_dong")
_CREATED = re.compile(r"\s*(?:--[^\n]*\n\s*)*CREATE TABLE (\w+) AS\b")


@dataclass(frozen=True)
class Plan:
    """How a large warehouse is made.

    Attributes:
        worlds: How many worlds.
        declarations: Declarations of each.
        lines: Weights of declarations with one line, two lines and so on.
    """

    worlds: int
    declarations: int
    lines: tuple[float, ...]


def grow(path: Path, plan: Plan, seed: int, meta: dict[str, str], say: Progress) -> dict[str, int]:
    """Builds the file, going on after the last whole step when an earlier build of the same kind was cut.

    Args:
        path: The unfinished file; a file that was begun for something else is replaced.
        meta: What ``_meta`` shall say; two builds with the same are of the same kind.

    Returns:
        Rows of every table.

    Raises:
        duckdb.Error, OSError: The disk is full, another build runs; what was done stays in the file.
    """
    done = _done(path, plan, meta)
    spill = path.with_name(path.name + ".spill")
    shutil.rmtree(spill, ignore_errors=True)  # of a killed build: nobody else holds the file, or `_done` had failed
    with duckdb.connect(str(path), config={"memory_limit": MEMORY, "temp_directory": str(spill)}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET preserve_insertion_order = true")
        if not done:
            _begin(connection, plan, meta)
        for number in range(plan.worlds):
            if f"phần {number}" not in done:
                say(f"Phần {number + 1}/{plan.worlds}", 0.01 + _SHARE_OF_WORLDS * number / plan.worlds)
                _add_world(connection, plan, number, seed)
        _finish(connection, done, say)
        say("Ghi chú thích", 0.96)
        connection.execute("BEGIN")
        comment(connection, load_catalogue())
        connection.execute("CREATE TABLE _meta (khoa VARCHAR PRIMARY KEY, gia_tri VARCHAR NOT NULL)")
        connection.executemany("INSERT INTO _meta VALUES (?, ?)", list(meta.items()))
        for name in (_STEPS, *(n for n in tables(connection) if n.startswith("s_"))):
            connection.execute(f'DROP TABLE "{name}"')
        connection.execute("COMMIT")
        rows = {name: count(connection, name) for name in tables(connection)}
        connection.execute("CHECKPOINT")
    shutil.rmtree(spill, ignore_errors=True)
    return rows


def _identity(plan: Plan, meta: dict[str, str]) -> str:
    return repr((plan, sorted(item for item in meta.items() if item[0] != "phien_ban_danh_muc")))


def _done(path: Path, plan: Plan, meta: dict[str, str]) -> set[str]:
    """Names of the whole steps of an earlier build; a file of another kind or a broken one is removed.

    Raises:
        duckdb.IOException: Another build holds the file.
    """
    if not path.exists():
        return set()
    try:
        with duckdb.connect(str(path)) as connection:
            found = {row[0] for row in connection.execute(f"SELECT buoc FROM {_STEPS}").fetchall()}  # noqa: S608
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise
        found = set()
    except duckdb.Error:
        found = set()
    if _identity(plan, meta) in found:
        return found
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    return set()


def _begin(connection: duckdb.DuckDBPyConnection, plan: Plan, meta: dict[str, str]) -> None:
    connection.execute("BEGIN")
    connection.execute(f"CREATE TABLE {_STEPS} (buoc VARCHAR PRIMARY KEY)")
    _commit(connection, _identity(plan, meta))


def _commit(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    connection.execute(f"INSERT INTO {_STEPS} VALUES (?)", [step])  # noqa: S608
    connection.execute("COMMIT")


def _world(reference: Reference, plan: Plan, number: int, seed: int) -> World:
    """One world, its values already divided."""
    figures = reference.figures
    monthly = np.stack([monthly_totals(figures[f"thang_{s}"], figures[f"moc_{s}"]) for s in ("xk", "nk")])
    own = seed if number == 0 else int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    declarants = declarations.usual_declarants(plan.worlds * plan.declarations) // plan.worlds
    declared, enterprises = declarations.sample(
        reference, monthly, plan.declarations, own, declarants=max(300, declarants)
    )
    goods = lines.sample(reference, monthly, declared, enterprises, own, sizes=plan.lines)
    paid = revenue.sample(reference, declared, goods, own)
    whole = np.array([group.unit == "chiếc" for group in reference.groups])[goods.group]
    part = goods.quantity / plan.worlds
    goods = replace(
        goods,
        value=np.maximum(np.round(goods.value / plan.worlds, 2), 0.01),
        quantity=np.where(whole, np.maximum(np.round(part), 1.0), np.round(part, 3)),
    )
    paid = replace(
        paid,
        amount=np.maximum(np.round(paid.amount / plan.worlds), 1.0),
        dues=np.round(paid.dues / plan.worlds),
    )
    return World(reference, declared, enterprises, goods, paid, seed, "l", number, plan.worlds)


def _add_world(connection: duckdb.DuckDBPyConnection, plan: Plan, number: int, seed: int) -> None:
    """Makes one world in temporary tables, which stand before the tables of the file, and adds these to the file."""
    world = _world(load_reference(), plan, number, seed)
    areas = {file: sampled(world) for file, sampled in AREAS if number == 0 or file in _FOLLOWING}
    first = _first_keys(connection)
    enterprises = enterprise_table(world.reference, world.enterprises, first["dn_khoa"])
    staged = core_facts(world.declared, world.goods, world.paid)
    for file in _FOLLOWING:
        staged |= areas[file].staged
    fixed: dict[str, pd.DataFrame] = {}
    if number == 0:
        fixed = dimensions(world.reference, world.enterprises)
        del fixed["dim_doanh_nghiep"]
        fixed |= {name: frame for area in areas.values() for name, frame in area.dimensions.items()}
        fixed |= {name: frame for name, frame in _alone(world).items() if name not in staged}
        fixed |= {n: f for file, area in areas.items() if file not in _FOLLOWING for n, f in area.staged.items()}
    del world, areas
    connection.execute("BEGIN")
    for name, frame in fixed.items():
        load(connection, name, frame, temporary=False)
    load(connection, "dim_doanh_nghiep", enterprises, temporary=True)
    for name in list(staged):
        frame = staged.pop(name)
        for key in first.keys() & set(frame.columns):
            frame[key] += first[key]
        load(connection, name, frame, temporary=True)
    for source in _GROWING_FILES:
        for statement in statements(source):
            found = _CREATED.match(statement)
            if found and found[1] in _GROWING:
                connection.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    # Both catalogues have a schema «main», and the temporary one stands first: the file is named in full.
    file = connection.execute("SELECT current_database()").fetchall()[0][0]
    for name in ("dim_doanh_nghiep", *_GROWING, *_GATHERED):
        kind = f'CREATE TABLE "{file}".main.{name} AS' if number == 0 else f'INSERT INTO "{file}".main.{name}'
        connection.execute(f"{kind} SELECT * FROM temp.main.{name}")  # noqa: S608 - names of this module
    for name in _temporary(connection):
        connection.execute(f'DROP TABLE temp.main."{name}"')
    _commit(connection, f"phần {number}")


def _alone(world: World) -> dict[str, pd.DataFrame]:
    """Staged facts that do not grow with the declarations."""
    reference, declared, seed = world.reference, world.declared, world.seed
    return facts(
        reference,
        declared,
        world.goods,
        world.paid,
        revenue.targets(reference),
        violations.sample(reference, seed),
        debts.sample(reference, declared, seed),
        audits.sample(reference, declared, seed),
        borders.dossiers(reference, declared, seed),
        borders.crossings(reference, seed, gates=20 if world.part == 1 else 1),
        staff.sample(reference, seed),
    )


def _first_keys(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The first free surrogate keys: how many rows the worlds before have."""
    present = set(tables(connection))
    owners = {"tk": "f_to_khai", "dn_khoa": "dim_doanh_nghiep", "ct": "f_thu_nsnn", "co": "f_giay_xuat_xu"}
    return {key: count(connection, name) if name in present else 0 for key, name in owners.items()}


def _temporary(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    return [row[0] for row in found]


def _finish(connection: duckdb.DuckDBPyConnection, done: set[str], say: Progress) -> None:
    """The tables that need all worlds, each a step."""
    files = ["ddl.sql", "flat.sql", *(f"sql/{file}" for file, _ in AREAS)]
    wanted = [(s, found[1]) for file in files for s in statements(file) if (found := _CREATED.match(s))]
    missing = [(s, name) for s, name in wanted if name not in _GROWING and name not in done]
    for number, (statement, name) in enumerate(missing):
        say(f"Dựng bảng {name}", 0.01 + _SHARE_OF_WORLDS + 0.1 * number / len(missing))
        connection.execute("BEGIN")
        connection.execute(statement)
        _commit(connection, name)
