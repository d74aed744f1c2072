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
    scale: Annotated[str, typer.Option("--scale", metavar="QUY_MÔ", help="test, demo hoặc m.")] = "demo",
    seed: Annotated[int, typer.Option("--seed", help="Hạt giống; cùng hạt giống thì cùng dữ liệu.")] = 2018,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="TỆP", help="Tệp DuckDB; trống: kho thử của trợ lý.")
    ] = None,
) -> None:
    """Dựng kho dữ liệu mô phỏng vào một tệp DuckDB; tệp cũ chỉ bị thay khi tệp mới đã trọn vẹn."""
    from nl2sql.cli.progress import bar
    from nl2sql.config import load_settings
    from schema import warehouse

    target = out or load_settings().warehouse_file
    with bar(f"Dựng kho mô phỏng ({scale})") as report:
        done = warehouse.build(target, scale=scale, seed=seed, progress=lambda label, share: report(label, share, 1.0))
    size = f"{done.size / 1e6:.1f}".replace(".", ",")
    seconds = f"{done.seconds:.1f}".replace(".", ",")
    sys.stderr.write(f"✓ {done.path}: {len(done.rows)} bảng, {size} MB, {seconds} giây (dữ liệu mô phỏng).\n")
