"""``hoikho train``: an adapter for the catalogue in use, on this machine's CPU."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer


def train(
    base: Annotated[str, typer.Option("--base", metavar="CỠ", help="Mô hình gốc: 0.5b hoặc 1.5b.")] = "0.5b",
    minutes: Annotated[float, typer.Option("--minutes", metavar="PHÚT", min=0.0, help="Huấn luyện lâu nhất.")] = 40.0,
    pairs: Annotated[int, typer.Option("--pairs", metavar="SỐ", min=20, help="Số cặp câu hỏi và SQL.")] = 4000,
    rounds: Annotated[int, typer.Option("--rounds", metavar="SỐ", min=1, help="Mỗi cặp học nhiều nhất mấy lượt.")] = 2,
    rank: Annotated[int, typer.Option("--rank", metavar="SỐ", min=1, max=128, help="Hạng của LoRA.")] = 16,
    seed: Annotated[int, typer.Option("--seed", metavar="SỐ", help="Cùng số, cùng danh mục: cùng cặp.")] = 20251031,
    name: Annotated[str, typer.Option("--name", metavar="TÊN", help="Tên bộ tinh chỉnh.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Học tiếp từ điểm lưu.")] = False,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", metavar="THƯ_MỤC", help="Danh mục của kho; mặc định theo cấu hình.")
    ] = None,
    db: Annotated[str, typer.Option("--db", metavar="URL", help="Kho có dữ liệu của danh mục.")] = "",
    start: Annotated[
        str, typer.Option("--from", metavar="TÊN", help="Học tiếp từ bộ tinh chỉnh có sẵn (tên hoặc tệp).")
    ] = "",
    rate: Annotated[float, typer.Option("--rate", metavar="SỐ", min=1e-6, help="Tốc độ học lớn nhất.")] = 5.6e-4,
    show: Annotated[int, typer.Option("--show", metavar="SỐ", help="Chỉ in ra bấy nhiêu cặp mẫu rồi thôi.")] = 0,
    report: Annotated[bool, typer.Option("--report", help="Chỉ soạn cặp và đếm theo hiện tượng.")] = False,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="TỆP", help="Chỉ soạn cặp và ghi ra tệp JSONL.")
    ] = None,
    keep: Annotated[str, typer.Option("--keep", metavar="SỐ,SỐ…", help="Giữ thêm bản sau từng ấy cặp đã học.")] = "",
    avoid: Annotated[
        list[Path] | None, typer.Option("--avoid", metavar="NƠI", help="Bộ đo (tệp, thư mục) phải tránh.")
    ] = None,
) -> None:
    """Huấn luyện mô hình nhỏ theo danh mục, ngay trên CPU của máy này."""
    from nl2sql.cli.progress import bar
    from nl2sql.config import load_settings
    from nl2sql.training.run import Order, composed, default_avoid, train_adapter

    settings = load_settings()
    settings = replace(settings, db=db or settings.db, catalogue=str(catalogue) if catalogue else settings.catalogue)
    order = Order(
        base=base, pairs=show if show else pairs, minutes=minutes, rounds=rounds, rank=rank, seed=seed, resume=resume,
        name=name, avoid=tuple(avoid) if avoid else default_avoid(), keep=_numbers(keep), start=start, rate=rate,
    )  # fmt: skip
    if show or report or export:
        with bar("Soạn cặp câu hỏi và SQL") as tell:
            found = composed(settings, order, tell)
        if export:
            _export(found.train + found.held, export)
        if show:
            _show(found.train + found.held)
        if report:
            _report(found.counts(), dict(found.left_out))
        return
    with bar("Huấn luyện") as tell:
        outcome = train_adapter(settings, order, _say, tell)
    _say(f"Bộ tinh chỉnh: {outcome.path} ({outcome.path.stat().st_size / 1e6:.0f} MB, {outcome.card.minutes} phút)")
    from nl2sql.cli.setup import merge_chosen

    merge_chosen(settings, only=outcome.path)


def _numbers(text: str) -> tuple[int, ...]:
    """Numbers between commas."""
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise typer.BadParameter("Hãy ghi các số cách nhau bằng dấu phẩy, ví dụ 400,1600.") from error


def _say(text: str) -> None:
    sys.stderr.write(f"✓ {text}\n")


def _show(pairs: list) -> None:  # type: ignore[type-arg] # imported where it is used
    for number, pair in enumerate(pairs, 1):
        before = f"{pair.said} → " if pair.said else ""
        typer.echo(f"{number}. [{pair.kind}, {pair.style}, {pair.hinted}] {before}{pair.question}")
        typer.echo(f"   {pair.hint or '(không gợi ý)'}\n   {pair.answer}\n   {pair.sql}")


def _export(pairs: list, place: Path) -> None:  # type: ignore[type-arg] # imported where it is used
    from dataclasses import asdict

    lines = [json.dumps(asdict(pair), ensure_ascii=False) for pair in pairs]
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _report(counts: dict[str, dict[str, int]], left_out: dict[str, int]) -> None:
    titles = {"kind": "Dạng câu hỏi", "style": "Cách viết", "hinted": "Gợi ý", "view": "Bảng"}
    for what, table in counts.items():
        typer.echo(f"{titles[what]}:")
        for key, number in table.items():
            typer.echo(f"  {key or '(không có)':<22}{number:>7}")
    typer.echo("Đã bỏ:")
    for reason, number in left_out.items():
        typer.echo(f"  {reason:<34}{number:>7}")
