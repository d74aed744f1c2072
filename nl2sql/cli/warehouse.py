"""``hoikho warehouse build``: the synthetic warehouse at a chosen scale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Dựng kho dữ liệu mô phỏng.")


@app.callback()
def group() -> None:
    """Dựng kho dữ liệu mô phỏng."""


@app.command(name="build")
def build(
    scale: Annotated[
        str,
        typer.Option(
            "--scale",
            metavar="QUY_MÔ",
            help="test, demo, m hoặc l (20 triệu tờ khai; bị ngắt thì chạy lại sẽ dựng tiếp).",
        ),
    ] = "demo",
    seed: Annotated[int, typer.Option("--seed", help="Hạt giống; cùng hạt giống thì cùng dữ liệu.")] = 2018,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="TỆP", help="Tệp DuckDB; trống: kho thử của trợ lý.")
    ] = None,
    db: Annotated[
        str, typer.Option("--db", metavar="URL", help="Nạp vào PostgreSQL (postgresql://…) hoặc duckdb:///tệp.")
    ] = "",
) -> None:
    """Dựng kho dữ liệu mô phỏng vào một tệp DuckDB hoặc vào PostgreSQL; kho cũ chỉ bị thay khi kho mới đã trọn vẹn."""
    from nl2sql.config import load_settings
    from schema.errors import WarehouseError
    from schema.postgres import is_postgres

    home = load_settings().warehouse_file
    if db and out:
        raise WarehouseError("--out và --db cùng nêu nơi ghi.", action="Hãy bỏ một trong hai.", phase="setup")
    if is_postgres(db):
        _into_postgres(home, db, scale, seed)
    else:
        _into_file(out or _duckdb_file(db) or home, scale, seed)


def _duckdb_file(url: str) -> Path | None:
    """The file that a ``duckdb:///`` URL names; None where no URL is given."""
    from schema.errors import WarehouseError

    if not url:
        return None
    kind, _, name = url.partition(":///")
    if kind != "duckdb" or not name or name.startswith(":"):
        raise WarehouseError(
            "Chỉ dựng được kho trong DuckDB hoặc PostgreSQL.",
            action="Ví dụ: --db duckdb:////duong/dan/kho.duckdb hoặc --db postgresql://nguoi@may/kho.",
            phase="setup",
        )
    return Path(name)


def _into_file(target: Path, scale: str, seed: int) -> None:
    from nl2sql.cli.progress import bar
    from schema import warehouse

    with bar(f"Dựng kho mô phỏng ({scale})") as report:
        done = warehouse.build(target, scale=scale, seed=seed, progress=lambda label, share: report(label, share, 1.0))
    size = f"{done.size / 1e6:.1f}".replace(".", ",")
    seconds = f"{done.seconds:.1f}".replace(".", ",")
    sys.stderr.write(f"✓ {done.path}: {len(done.rows)} bảng, {size} MB, {seconds} giây (dữ liệu mô phỏng).\n")


def _into_postgres(home: Path, url: str, scale: str, seed: int) -> None:
    """Builds a file first (a current one beside the demo warehouse is taken), loads it, and removes what it built."""
    from nl2sql.cli.progress import bar
    from schema import postgres, warehouse

    postgres.check_reachable(url)
    source = home.with_name(f"{scale}.duckdb")
    built = not warehouse.is_current(source, scale=scale, seed=seed)
    if built:
        _into_file(source, scale, seed)
    with bar("Nạp vào PostgreSQL") as report:
        done = postgres.load(source, url, lambda label, share: report(label, share, 1.0))
    if built and source != home:
        source.unlink()
    seconds = f"{done.seconds:.1f}".replace(".", ",")
    rows = f"{sum(done.rows.values()):,}".replace(",", ".")
    sys.stderr.write(f"✓ PostgreSQL: {len(done.rows)} bảng, {rows} dòng, {seconds} giây (dữ liệu mô phỏng).\n")
