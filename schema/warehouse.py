"""Builds the synthetic warehouse: a DuckDB file with a star schema and the flat tables that the assistant sees.

The file is written under a temporary name beside its target, checked, and only then renamed: a file under its own name
is always whole. The content depends on scale and seed alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from schema.errors import WarehouseError
from schema.growing import MEMORY, Plan, grow
from schema.loading import load_catalogue
from schema.synthetic import audits, borders, debts, declarations, lines, revenue, staff, violations
from schema.synthetic.areas import World
from schema.synthetic.reference import AS_OF, load_reference, monthly_totals
from schema.synthetic.registry import AREAS
from schema.synthetic.tables import dimensions, facts
from schema.writing import Progress, comment, count, load, run, tables

SCALES = {"test": 6_000, "demo": 200_000, "m": 2_000_000}
# Made of several worlds, one after the other: what does not fit into memory at once.
LARGE = {"l": Plan(worlds=20, declarations=1_000_000, lines=(30.0, 18.0, 14.0, 12.0, 10.0, 8.0, 8.0))}
GENERATOR_VERSION = "1"
FLAT_TABLES = (
    "xnk",
    "to_khai",
    "thu_nsnn",
    "tien_do_thu",
    "vi_pham",
    "no_thue",
    "ktstq",
    "nsw_ho_so",
    "phuong_tien",
    "nhan_su",
    "hoan_thue_du_khach",
    "chuyen_tau_bay",
    "container",
    "van_ban",
    "doanh_nghiep",
    "bieu_thue",
    "tham_van_gia",
    "gia_tham_chieu",
    "giay_xuat_xu",
    "rui_ro",
    "tuan_thu",
    "hoan_thue",
    "xnk_ky",
)
_FOLDER = Path(__file__).parent
_BYTES_PER_DECLARATION = 900
_BYTES_PER_LARGE = 700  # more lines in each, and nothing kept twice


@dataclass(frozen=True)
class BuildReport:
    """What a build made: rows of every table, seconds taken and size in bytes."""

    path: Path
    scale: str
    seed: int
    rows: dict[str, int]
    seconds: float
    size: int


def build(target: Path, *, scale: str = "demo", seed: int = 2018, progress: Progress | None = None) -> BuildReport:
    """Builds the warehouse at ``target``, replacing an older one only when the new one is whole.

    Args:
        target: The DuckDB file.
        scale: Name in ``SCALES`` or ``LARGE``.
        seed: Seed of the generator; the same seed gives the same content.
        progress: Called with what is being done (Vietnamese) and how far it is, 0 to 1.

    Raises:
        WarehouseError: Unknown scale, a directory that cannot be written, or too little space.
    """
    if scale not in SCALES and scale not in LARGE:
        raise WarehouseError(
            f"Không có quy mô «{scale}».", action=f"Chọn một trong: {', '.join([*SCALES, *LARGE])}.", phase="setup"
        )
    say = progress or _silent
    started = time.monotonic()
    large = LARGE.get(scale)
    # A large build goes on where it was cut, so that its file keeps its name from one attempt to the next.
    temporary = target.with_name(f".{target.name}.{'part' if large else f'{os.getpid()}.tmp'}")
    with _explained(target, resumable=large is not None):
        target.parent.mkdir(parents=True, exist_ok=True)
        _clean(target)
        try:
            if large:
                there = temporary.stat().st_size if temporary.exists() else 0
                _check_space(target.parent, large.worlds * large.declarations * _BYTES_PER_LARGE - there)
                rows = grow(temporary, large, seed, _meta(scale, seed), say)
            else:
                _check_space(target.parent, SCALES[scale] * _BYTES_PER_DECLARATION)
                rows = _write(temporary, scale, seed, say)
            say("Kiểm tra kho dữ liệu", 0.97)
            _verify(temporary, rows)
            os.replace(temporary, target)
        finally:
            for leftover in () if large else (temporary, temporary.with_name(temporary.name + ".wal")):
                leftover.unlink(missing_ok=True)
        say("Xong", 1.0)
        return BuildReport(target, scale, seed, rows, time.monotonic() - started, target.stat().st_size)


def is_current(target: Path, *, scale: str = "demo", seed: int = 2018) -> bool:
    """Whether ``target`` holds a whole warehouse that this version of the code would build the same again.

    An edit of the catalogue changes comments at most, never a row, so that it does not call for a new build.
    """
    if not target.exists():
        return False
    try:
        with duckdb.connect(str(target), read_only=True) as connection:
            found = dict(connection.execute("SELECT khoa, gia_tri FROM _meta").fetchall())
    except duckdb.Error:
        return False
    wanted = _meta(scale, seed)
    return all(found.get(key) == value for key, value in wanted.items() if key != "phien_ban_danh_muc")


def content_digest(path: Path) -> str:
    """Digest of every row of every table, for telling whether two builds hold the same data."""
    digest = hashlib.sha256()
    with duckdb.connect(str(path), read_only=True) as connection:
        for name in tables(connection):
            total = connection.execute(f'SELECT count(*), sum(hash(t)) FROM "{name}" AS t').fetchone()  # noqa: S608
            digest.update(f"{name}:{total}\n".encode())
    return digest.hexdigest()


def _silent(_step: str, _part: float) -> None:
    """Progress that nobody watches."""


def generator_digest() -> str:
    """Digest of everything that shapes the data: generator code, SQL and reference figures."""
    digest = hashlib.sha256(GENERATOR_VERSION.encode())
    files = [
        _FOLDER / "growing.py",
        *_FOLDER.glob("*.sql"),
        *(_FOLDER / "sql").glob("*.sql"),
        *(_FOLDER / "synthetic").glob("*.py"),
        *(_FOLDER / "reference").glob("*"),
    ]
    for file in sorted(f for f in files if f.is_file()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _meta(scale: str, seed: int) -> dict[str, str]:
    return {
        "quy_mo": scale,
        "hat_giong": str(seed),
        "ngay_du_lieu": AS_OF.isoformat(),
        "phien_ban_danh_muc": load_catalogue().version,
        "phien_ban_sinh_du_lieu": generator_digest(),
        "du_lieu": "mô phỏng",
    }


@contextlib.contextmanager
def _explained(target: Path, *, resumable: bool = False) -> Iterator[None]:
    """Turns faults of disk and database into messages that say what to do."""
    left = "phần đã xong được giữ và sẽ được dựng tiếp" if resumable else "phần làm dở đã được xóa"
    try:
        yield
    except PermissionError as error:
        raise WarehouseError(
            f"Không ghi được vào thư mục {target.parent}.",
            action="Hãy cấp quyền ghi, hoặc đặt HOIKHO_HOME tới một thư mục khác.",
            phase="setup",
        ) from error
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except (OSError, duckdb.Error, MemoryError) as error:
        raise WarehouseError(
            f"Không dựng được kho dữ liệu tại {target} ({error}).",
            action=f"Hãy kiểm tra dung lượng đĩa và quyền ghi, rồi chạy lại; {left}.",
            phase="setup",
        ) from error
    except RuntimeError as error:
        # DuckDB turns Ctrl-C during a statement into this; the caller waits for the ordinary signal.
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def _clean(target: Path) -> None:
    """Removes what builds that were cut have left, but not the files of a build that still runs."""
    for leftover in target.parent.glob(f".{target.name}.*.tmp*"):
        owner = leftover.name.removeprefix(f".{target.name}.").split(".")[0]
        if not owner.isdigit() or not _alive(int(owner)):
            if leftover.is_dir():  # where DuckDB put what did not fit into memory
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise WarehouseError(
            f"Đĩa chứa {folder} chỉ còn {free // 2**20} MB, cần khoảng {needed // 2**20} MB.",
            action="Hãy giải phóng dung lượng, hoặc đặt HOIKHO_HOME tới một ổ đĩa khác.",
            phase="setup",
        )


def _write(path: Path, scale: str, seed: int, say: Progress) -> dict[str, int]:
    reference = load_reference()
    figures = reference.figures
    monthly = np.stack([monthly_totals(figures[f"thang_{s}"], figures[f"moc_{s}"]) for s in ("xk", "nk")])
    say("Sinh tờ khai", 0.05)
    declared, enterprises = declarations.sample(reference, monthly, SCALES[scale], seed)
    say("Sinh dòng hàng", 0.15)
    goods = lines.sample(reference, monthly, declared, enterprises, seed)
    say("Sinh chứng từ thu", 0.3)
    paid = revenue.sample(reference, declared, goods, seed)
    say("Sinh vụ vi phạm", 0.4)
    cases = violations.sample(reference, seed)
    owed = debts.sample(reference, declared, seed)
    checked = audits.sample(reference, declared, seed)
    windows = borders.dossiers(reference, declared, seed)
    crossed = borders.crossings(reference, seed, gates=20 if scale != "test" else 1)
    goals = revenue.targets(reference)
    staffed = staff.sample(reference, seed)
    staged = facts(reference, declared, goods, paid, goals, cases, owed, checked, windows, crossed, staffed)
    world = World(reference, declared, enterprises, goods, paid, seed, scale)
    areas = [(file, sampled(world)) for file, sampled in AREAS]
    say("Ghi bảng", 0.5)
    fixed = dimensions(reference, enterprises)
    names = tuple(staged)
    del world, declared, goods, paid, enterprises, cases, owed, checked, windows, crossed, staffed
    with duckdb.connect(str(path), config={"memory_limit": MEMORY}) as connection:
        connection.execute("SET enable_progress_bar = false")  # the caller shows its own
        for name in list(fixed):
            load(connection, name, fixed.pop(name), temporary=False)
        for name in names:  # a frame is let go when the database has it
            load(connection, name, staged.pop(name), temporary=True)
        run(connection, "ddl.sql")
        for name in names:
            connection.execute(f'DROP TABLE "{name}"')
        say("Dựng bảng phẳng", 0.65)
        run(connection, "flat.sql")
        for file, area in areas:
            for name, frame in area.dimensions.items():
                load(connection, name, frame, temporary=False)
            for name, frame in area.staged.items():
                load(connection, name, frame, temporary=True)
            run(connection, f"sql/{file}")
            for name in area.staged:
                connection.execute(f'DROP TABLE "{name}"')
        say("Ghi chú thích", 0.9)
        comment(connection, load_catalogue())
        connection.execute("CREATE TABLE _meta (khoa VARCHAR PRIMARY KEY, gia_tri VARCHAR NOT NULL)")
        connection.executemany("INSERT INTO _meta VALUES (?, ?)", list(_meta(scale, seed).items()))
        rows = {name: count(connection, name) for name in tables(connection)}
        connection.execute("CHECKPOINT")
    return rows


def _verify(path: Path, rows: dict[str, int]) -> None:
    """Opens the finished file again and counts.

    Raises:
        WarehouseError: A table is missing or has other rows than were written.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        wrong = [name for name, wanted in rows.items() if wanted == 0 or count(connection, name) != wanted]
        missing = [name for name in FLAT_TABLES if name not in rows]
    if wrong or missing:
        raise WarehouseError(
            f"Kho dữ liệu vừa dựng thiếu dữ liệu ở: {', '.join(wrong + missing)}.",
            action="Hãy chạy lại; nếu vẫn lỗi, hãy báo cho người phát triển.",
            phase="setup",
        )
