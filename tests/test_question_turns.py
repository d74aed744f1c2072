"""Turns of a conversation set beside queries written by hand: members pointed at, units, parts taken out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from by_hand import same

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question, Reading
from schema.loading import load_catalogue


@pytest.fixture(scope="module")
def database(demo_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo warehouse, read only."""
    connection = duckdb.connect(str(demo_warehouse), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def reader() -> Reader:
    catalogue = load_catalogue()
    return Reader(catalogue, build_vocabulary(catalogue))


def read(reader: Reader, talk: str) -> Reading:
    *turns, question = talk.split(" >> ")
    return reader.read(Question(question, turns=tuple(turns)))


FIVE = "SELECT cuc FROM thu_nsnn WHERE nam = 2023 GROUP BY cuc ORDER BY SUM(so_tien) DESC LIMIT 4"
BUYERS = (
    "SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Gạo' AND nam = 2022 "
    "GROUP BY nuoc ORDER BY SUM(tri_gia_usd) DESC LIMIT 3"
)

CASES = [
    (
        "4 cục thu ngân sách cao nhất năm 2023 >> những cục này nợ thuế bao nhiêu vào cuối năm 2023",
        f"SELECT cuc, SUM(so_no) FROM no_thue WHERE nam = 2023 AND thang = 12 AND cuc IN ({FIVE}) "
        "GROUP BY cuc ORDER BY 2 DESC",
    ),
    (
        "4 cục thu ngân sách cao nhất năm 2023 >> cộng lại mấy cục đó năm 2024 thu bao nhiêu",
        f"SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2024 AND cuc IN ({FIVE})",
    ),
    (
        "ba nước mua gạo nhiều nhất năm 2022 >> các nước đó năm 2024 mua bao nhiêu",
        f"SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Gạo' AND nam = 2024 "
        f"AND nuoc IN ({BUYERS}) GROUP BY nuoc ORDER BY 2 DESC",
    ),
    (
        "cuc nao co so vu vi pham lon nhat nam 2023 >> cuc nay co bao nhieu to khai nam 2023",
        "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2023 AND cuc IN (SELECT cuc FROM vi_pham WHERE nam = 2023 "
        "GROUP BY cuc ORDER BY COUNT(*) DESC LIMIT 1) GROUP BY cuc",
    ),
    (
        "nhập khẩu từ Thái Lan, Ma-lai-xi-a, In-đô-nê-xi-a năm 2023 >> bỏ Thái Lan ra",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 "
        "AND nuoc IN ('Ma-lai-xi-a', 'In-đô-nê-xi-a') GROUP BY nuoc ORDER BY 2 DESC",
    ),
    (
        "kim ngạch nhập khẩu thép năm 2022 >> quy sang tỷ đồng giúp tôi",
        "SELECT SUM(tri_gia_vnd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nhom_hang = 'Sắt thép các loại' AND nam = 2022",
    ),
    (
        "nợ thuế cuối quý I, II năm 2024 theo nhóm nợ",
        "SELECT thang, nhom_no, SUM(so_no) FROM no_thue WHERE nam = 2024 AND thang IN (3, 6) "
        "GROUP BY thang, nhom_no ORDER BY thang, nhom_no",
    ),
    (
        "nơi nào phạt nhiều tiền nhất năm 2022",
        "SELECT cuc, SUM(tien_phat) FROM vi_pham WHERE nam = 2022 GROUP BY cuc ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "hạt điều xuất đi đâu nhiều nhất trong quý II/2023",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Hạt điều' AND nam = 2023 "
        "AND quy = 2 GROUP BY nuoc ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "Đề nghị cung cấp số liệu năm 2022:\n- Số vụ vi phạm\n- Trị giá tang vật\n- Tiền phạt",
        "SELECT COUNT(*), SUM(tri_gia_tang_vat), SUM(tien_phat) FROM vi_pham WHERE nam = 2022",
    ),
    (
        "số thu và tỷ lệ đạt dự toán của từng khu vực năm 2022",
        "SELECT khu_vuc, SUM(so_thu), 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE nam = 2022 "
        "GROUP BY khu_vuc ORDER BY 2 DESC",
    ),
]


@pytest.mark.parametrize(("talk", "sql"), CASES)
def test_a_conversation_gives_what_a_query_by_hand_gives(
    database: duckdb.DuckDBPyConnection, reader: Reader, talk: str, sql: str
) -> None:
    composed = compose(read(reader, talk), reader.catalogue)
    assert composed is not None, talk
    found, wanted = database.execute(composed).fetchall(), database.execute(sql).fetchall()
    assert wanted
    if " ORDER BY thang" in sql:
        found, wanted = sorted(found), sorted(wanted)
    assert same(found, wanted), composed


@pytest.mark.parametrize(
    "said", ["đơn vị tỷ đồng", "triệu đồng nhé", "để số theo nghìn tỷ cho dễ đọc", "doi sang ty dong"]
)
def test_a_turn_that_names_a_unit_keeps_the_question(reader: Reader, said: str) -> None:
    before, after = (
        read(reader, "thu ngân sách năm 2023 theo khu vực"),
        read(reader, f"thu ngân sách năm 2023 theo khu vực >> {said}"),
    )
    assert (after.view, after.metrics, after.groups, after.periods) == (
        before.view, before.metrics, before.groups, before.periods,
    )  # fmt: skip
    assert after.assumptions


def test_a_currency_that_a_measure_does_not_have_is_refused(reader: Reader) -> None:
    refusal = read(reader, "thu ngân sách năm 2023 >> đổi ra USD").refusal
    assert refusal is not None
    assert refusal.code == "absent"


def test_a_condition_that_another_subject_does_not_know_is_told(reader: Reader) -> None:
    reading = read(reader, "thuế xuất khẩu thu được năm 2023 >> so với dự toán")
    assert reading.view == "tien_do_thu"
    assert reading.certainty <= 0.5
    assert any("Thuế xuất khẩu" in note for note in reading.assumptions)


def test_days_that_are_named_settle_vague_ones(reader: Reader) -> None:
    reading = read(reader, "mấy hôm nay tờ khai nhiều không, từ ngày 25/10 đến 31/10")
    assert [(p.start.isoformat(), p.end.isoformat()) for p in reading.periods] == [("2025-10-25", "2025-10-31")]
