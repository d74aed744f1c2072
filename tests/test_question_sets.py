"""Questions about sets of members and about figures over a grouped table, answered on the demo warehouse.

What is expected is computed from plain per-member totals, in another way than the assistant computes it.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from demo_fixtures import assistant as assistant
from demo_fixtures import warehouse as warehouse

from nl2sql.pipeline import Assistant
from nl2sql.question import edit
from nl2sql.types import Question, Status, Trust


def answer(assistant: Assistant, text: str) -> list[tuple[Any, ...]]:
    found = assistant.ask(Question(text))
    assert found.status is Status.ANSWERED, found.headline
    assert found.result is not None
    return [tuple(row) for row in found.result.rows]


def totals(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, float]:
    return {row[0]: float(row[1]) for row in connection.execute(sql).fetchall()}


def trade(connection: duckdb.DuckDBPyConnection, column: str, direction: str, year: int) -> dict[str, float]:
    return totals(
        connection,
        f"SELECT {column}, sum(tri_gia_usd) FROM xnk WHERE chieu = '{direction}' AND nam = {year} GROUP BY ALL",
    )


def first(values: dict[str, float], n: int) -> set[str]:
    return set(sorted(values, key=lambda k: -values[k])[:n])


def test_both_conditions_keep_the_members_of_both(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    out, into = (trade(warehouse, "nuoc", d, 2022) for d in ("Xuất khẩu", "Nhập khẩu"))
    wanted = {n for n in out if out[n] > 6e9} & {n for n in into if into[n] > 6e9}
    assert wanted
    rows = answer(assistant, "Những nước nào năm 2022 vừa xuất khẩu trên 6 tỷ USD vừa nhập khẩu trên 6 tỷ USD?")
    assert {r[0] for r in rows} == wanted


def test_but_not_takes_away(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    out, into = (trade(warehouse, "nuoc", d, 2023) for d in ("Xuất khẩu", "Nhập khẩu"))
    rows = answer(assistant, "nước nào lọt top 8 xuất khẩu nhưng không lọt top 8 nhập khẩu năm 2023")
    assert {r[0] for r in rows} == first(out, 8) - first(into, 8)


def test_members_with_nothing_come_from_the_register(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    every = {r[0] for r in warehouse.execute("SELECT DISTINCT don_vi FROM to_khai").fetchall()}
    some = warehouse.execute("SELECT DISTINCT don_vi FROM vi_pham WHERE nam = 2021 AND hanh_vi = 'Ma túy'").fetchall()
    rows = answer(assistant, "Chi cục nào không bắt được vụ ma túy nào trong năm 2021?")
    assert {r[0] for r in rows} == every - {r[0] for r in some}


def test_a_count_of_such_members_is_one_number(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    def firms(year: int) -> set[str]:
        sql = f"SELECT DISTINCT ma_so_thue FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = {year}"
        return {r[0] for r in warehouse.execute(sql).fetchall()}

    rows = answer(assistant, "Có bao nhiêu doanh nghiệp năm 2020 có nhập khẩu nhưng năm 2021 không nhập khẩu?")
    assert rows == [(len(firms(2020) - firms(2021)),)]


def test_an_exclusion_is_no_set(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = answer(assistant, "kim ngạch xuất khẩu theo châu lục năm 2023 nhưng không tính châu Á")
    assert {r[0] for r in rows} == set(trade(warehouse, "chau_luc", "Xuất khẩu", 2023)) - {"Châu Á"}


@pytest.mark.parametrize(
    "text",
    [
        "Nhật Bản đứng thứ mấy trong các nước xuất khẩu năm 2021?",
        "nam 2021 nhat ban xep thu may ve kim ngach xuat khau",
        "Xuất khẩu sang Nhật Bản năm 2021 xếp hạng bao nhiêu?",
    ],
)
def test_the_place_of_one_member(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection, text: str) -> None:
    values = trade(warehouse, "nuoc", "Xuất khẩu", 2021)
    place = 1 + sum(v > values["Nhật Bản"] for v in values.values())
    assert answer(assistant, text) == [(place,)]


@pytest.mark.parametrize(
    "text", ["quý này thu bao nhiêu", "thu bao nhieu trong quy 3 nam 2024", "mat hang nao xuat nhieu nhat 2024"]
)
def test_revenue_and_goods_are_no_places(assistant: Assistant, text: str) -> None:
    reading = assistant.reader.read(Question(text))
    assert reading.derived is None


def test_the_first_together_as_a_share(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    values = trade(warehouse, "nhom_hang", "Nhập khẩu", 2022)
    top = sorted(values.values(), reverse=True)[:4]
    rows = answer(assistant, "4 nhóm hàng lớn nhất chiếm bao nhiêu phần trăm kim ngạch nhập khẩu năm 2022?")
    assert rows[0] == pytest.approx((100 * sum(top) / sum(values.values()),))


def test_above_the_mean_of_all(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    values = totals(warehouse, "SELECT cuc, sum(so_tien) FROM thu_nsnn WHERE nam = 2022 GROUP BY ALL")
    mean = sum(values.values()) / len(values)
    rows = answer(assistant, "Những cục nào có số thu năm 2022 cao hơn mức bình quân chung?")
    assert {r[0] for r in rows} == {k for k, v in values.items() if v > mean}


def test_a_ratio_is_held_against_the_ratio_of_the_whole(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    sql = "SELECT {} FROM to_khai WHERE nam = 2022 {}"
    ratio = "100.0 * count(*) FILTER (phan_luong = 'Đỏ') / count(*)"
    whole = warehouse.execute(sql.format(ratio, "")).fetchone()[0]
    values = totals(warehouse, sql.format(f"cuc, {ratio}", "GROUP BY cuc"))
    rows = answer(assistant, "cục nào năm 2022 có tỷ lệ luồng đỏ thấp hơn trung bình toàn ngành")
    assert {r[0] for r in rows} == {k for k, v in values.items() if v < whole}


def test_two_parts_set_apart(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    values = totals(warehouse, "SELECT cuc, sum(so_tien) FROM thu_nsnn WHERE nam = 2023 GROUP BY ALL")
    left, right = values["Hải Phòng"], values["Hà Nội"]
    rows = answer(
        assistant, "Năm 2023 chênh lệch số thu giữa Cục Hải quan Hải Phòng và Cục Hải quan Hà Nội là bao nhiêu?"
    )
    assert [float(v) for v in rows[0]] == pytest.approx([left, right, left - right])
    rows = answer(assistant, "thu ngân sách của Hải Phòng năm 2023 gấp mấy lần Hà Nội")
    assert float(rows[0][-1]) == pytest.approx(left / right)


def test_two_bases_side_by_side(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    def month(year: int, number: int) -> float:
        sql = f"SELECT sum(so_tien) FROM thu_nsnn WHERE nam = {year} AND thang = {number}"
        return float(warehouse.execute(sql).fetchone()[0])

    now, before, last = month(2025, 8), month(2025, 7), month(2024, 8)
    rows = answer(assistant, "Số thu tháng 8/2025 so với tháng trước và so với cùng kỳ năm trước thế nào?")
    expected = [now, before, 100 * (now / before - 1), last, 100 * (now / last - 1)]
    assert [float(v) for v in rows[0]] == pytest.approx(expected)


def test_an_unfinished_year_is_compared_with_the_same_months(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    sql = "SELECT sum(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND ngay BETWEEN '{0}-01-01' AND '{0}-10-31'"
    now, before = (float(warehouse.execute(sql.format(y)).fetchone()[0]) for y in (2025, 2024))
    rows = answer(assistant, "Kim ngạch nhập khẩu năm nay so với cùng kỳ năm trước")
    assert [float(v) for v in rows[0]] == pytest.approx([now, before, 100 * (now / before - 1)])


def test_months_within_a_bound_are_counted(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    months = warehouse.execute("SELECT thang, sum(so_tien) FROM thu_nsnn WHERE nam = 2023 GROUP BY thang").fetchall()
    rows = answer(assistant, "Năm 2023 có bao nhiêu tháng số thu vượt 31 nghìn tỷ đồng?")
    assert rows == [(sum(v > 31e12 for _, v in months),)]


def test_three_months_falling_in_a_row(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    series: dict[str, list[float]] = {}
    found = warehouse.execute(
        "SELECT nhom_hang, thang, sum(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023 "
        "GROUP BY ALL ORDER BY nhom_hang, thang"
    ).fetchall()
    for name, _, value in found:
        series.setdefault(name, []).append(float(value))
    wanted = {
        name for name, values in series.items()
        if any(values[i] > values[i + 1] > values[i + 2] > values[i + 3] for i in range(len(values) - 3))
    }  # fmt: skip
    rows = answer(assistant, "Năm 2023 nhóm hàng nào có 3 tháng liên tiếp giảm kim ngạch xuất khẩu?")
    assert {r[0] for r in rows} == wanted


def test_growth_of_several_series_stays_inside_each(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT chieu, thang, sum(tri_gia_usd) FROM xnk WHERE nam = 2023 GROUP BY ALL ORDER BY chieu, thang"
    ).fetchall()
    values = {(c, m): float(v) for c, m, v in found}
    reading = assistant.ask(Question("lũy kế kim ngạch theo tháng và theo chiều năm 2023"))
    assert reading.result is not None
    names = [c.name for c in reading.result.columns]
    for row in reading.result.rows:
        cell = dict(zip(names, row, strict=True))
        wanted = sum(values[cell["chieu"], m] for m in range(1, cell["thang"] + 1))
        assert float(cell["luy_ke"]) == pytest.approx(wanted)


def test_what_asks_and_leaves_no_mark_is_told(assistant: Assistant) -> None:
    read = assistant.reader.read(Question("vụ vi phạm lớn nhất năm 2024 xếp trên vụ nào"))
    assert read.unread
    assert read.certainty < 0.9


def test_the_largest_of_each_quarter(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT quy, cuc, sum(so_tien) FROM thu_nsnn WHERE nam = 2022 GROUP BY ALL ORDER BY 3 DESC"
    ).fetchall()
    best: dict[int, str] = {}
    for quarter, unit, _ in found:
        best.setdefault(quarter, unit)
    rows = answer(assistant, "mỗi quý năm 2022 đơn vị nào thu ngân sách cao nhất")
    assert [(r[0], r[1]) for r in rows] == sorted(best.items())


def test_rows_are_ranked_by_what_the_superlative_measures(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    wanted = warehouse.execute(
        "SELECT so_to_khai FROM to_khai WHERE nam = 2024 AND thang = 3 AND gio_thong_quan IS NOT NULL "
        "ORDER BY gio_thong_quan DESC LIMIT 1"
    ).fetchone()
    rows = answer(assistant, "Tờ khai nào mất lâu nhất để thông quan trong tháng 3/2024?")
    assert wanted is not None
    assert rows[0][0] == wanted[0]


def test_stocks_of_several_dates_are_never_added(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT nam, sum(so_no) FROM no_thue WHERE ngay IN "
        "(SELECT max(ngay) FROM no_thue WHERE nam >= 2021 GROUP BY nam) GROUP BY nam ORDER BY nam"
    ).fetchall()
    rows = answer(assistant, "Tổng nợ thuế theo từng năm từ 2021 đến nay")
    assert [(r[0], float(r[1])) for r in rows] == [(y, float(v)) for y, v in found]


def test_the_same_question_for_each_year(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    def best(year: int) -> set[str]:
        sql = f"SELECT cuc, sum(so_tien) FROM thu_nsnn WHERE nam = {year} GROUP BY cuc"
        return first(totals(warehouse, sql), 4)

    rows = answer(assistant, "Những cục nào nằm trong top 4 số thu cả năm 2021 lẫn năm 2022?")
    assert {r[0] for r in rows} == best(2021) & best(2022)


def test_a_month_against_the_month_before_and_the_same_month_last_year(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    def month(year: int, number: int) -> float:
        sql = f"SELECT sum(so_tien) FROM thu_nsnn WHERE nam = {year} AND thang = {number}"
        return float(warehouse.execute(sql).fetchone()[0])

    rows = answer(assistant, "Tháng 9 thu ngân sách bao nhiêu, so với tháng 8 và so với tháng 9 năm ngoái ra sao?")
    now, before, last = month(2025, 9), month(2025, 8), month(2024, 9)
    expected = [now, before, 100 * (now / before - 1), last, 100 * (now / last - 1)]
    assert [float(v) for v in rows[0]] == pytest.approx(expected)


def test_a_period_said_twice_is_one(assistant: Assistant) -> None:
    read = assistant.reader.read(Question("Hôm nay (31/10/2025) có bao nhiêu tờ khai?"))
    assert len(read.periods) == 1
    assert not read.groups


def converse(assistant: Assistant, *turns: str) -> list[tuple[Any, ...]]:
    found = assistant.ask(Question(turns[-1], turns=turns[:-1]))
    assert found.status is Status.ANSWERED, found.headline
    assert found.result is not None
    return [tuple(row) for row in found.result.rows]


def test_a_part_of_the_whole_after_the_part(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    values = totals(warehouse, "SELECT cuc, sum(so_tien) FROM thu_nsnn WHERE nam = 2023 GROUP BY ALL")
    rows = converse(assistant, "Số thu của Cục Hải quan Đồng Nai năm 2023", "chiếm mấy phần trăm toàn ngành?")
    assert rows[0] == pytest.approx((100 * values["Đồng Nai"] / sum(values.values()),))


def test_a_value_of_the_column_asked_about_before(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    wanted = warehouse.execute(
        "SELECT sum(tien_hoan) FROM hoan_thue_du_khach WHERE nam = 2024 AND cua_khau = 'Sân bay quốc tế Phú Quốc'"
    ).fetchone()
    rows = converse(assistant, "tiền hoàn thuế cho du khách ở sân bay Cam Ranh năm 2024", "thế Phú Quốc?")
    assert wanted is not None
    assert rows == [(wanted[0],)]


def test_two_measures_with_question_words_between(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT sum(so_thu), sum(du_toan), sum(phan_dau) FROM tien_do_thu WHERE nam = 2024"
    done, planned, hoped = (float(v) for v in warehouse.execute(sql).fetchone())
    rows = answer(assistant, "Năm 2024 đạt mấy phần trăm dự toán và mấy phần trăm chỉ tiêu phấn đấu?")
    assert [float(v) for v in rows[0]] == pytest.approx([100 * done / planned, 100 * done / hoped])


@pytest.mark.parametrize(
    "text",
    [
        "Khỏi dự báo gì cả, cho tôi kim ngạch nhập khẩu tháng 9/2025",
        "Nguyên nhân thì tôi hiểu rồi, số thu tháng 8/2025 là bao nhiêu?",
        "Kính thưa các đồng chí, nhằm chuẩn bị hội nghị vào thứ sáu, xin cho biết số tờ khai nhập khẩu quý 2/2025",
    ],
)
def test_what_is_set_aside_or_polite_turns_no_question_away(assistant: Assistant, text: str) -> None:
    assert assistant.ask(Question(text)).status is Status.ANSWERED


@pytest.mark.parametrize(
    "text", ["Sửa lại bảng thu ngân sách cho tôi", "thêm một cột vào bảng tờ khai", "tao tai khoan nguoi dung moi"]
)
def test_a_command_to_change_things_is_refused(assistant: Assistant, text: str) -> None:
    assert assistant.ask(Question(text)).status is Status.REFUSED


def test_a_period_before_the_data_has_none(assistant: Assistant) -> None:
    assert assistant.ask(Question("số tờ khai năm 2014")).status is Status.NO_DATA


def test_a_share_named_after_its_own_value(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT {} FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu'"
    share = sql.format("100.0 * sum(tri_gia_usd) FILTER (khu_vuc_kinh_te = 'FDI') / sum(tri_gia_usd)")
    wanted = warehouse.execute(share).fetchone()
    rows = answer(assistant, "tỷ trọng FDI trong nhập khẩu của khối FDI năm 2023")
    assert wanted is not None
    assert float(rows[0][0]) == pytest.approx(float(wanted[0]))


def test_the_place_of_another_member_and_of_another_year(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    def place(unit: str, year: int) -> int:
        values = totals(warehouse, f"SELECT cuc, sum(so_tien) FROM thu_nsnn WHERE nam = {year} GROUP BY ALL")
        return 1 + sum(v > values[unit] for v in values.values())

    first_turn = "Hải Phòng đứng thứ mấy về thu ngân sách năm 2022?"
    assert converse(assistant, first_turn, "còn Quảng Ninh?") == [(place("Quảng Ninh", 2022),)]
    assert converse(assistant, first_turn, "còn năm 2020?") == [(place("Hải Phòng", 2020),)]


def test_a_set_moves_to_another_year_with_all_its_conditions(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    out, into = (trade(warehouse, "nuoc", d, 2021) for d in ("Xuất khẩu", "Nhập khẩu"))
    question = "nước nào lọt top 8 xuất khẩu nhưng không lọt top 8 nhập khẩu năm 2023"
    rows = converse(assistant, question, "còn năm 2021?")
    assert {r[0] for r in rows} == first(out, 8) - first(into, 8)
    read = assistant.reader.read(Question(question))
    moved = edit.with_periods(read, assistant.reader.read(Question("tờ khai năm 2021")).periods, assistant.catalogue)
    changed = assistant.answer_reading(moved)
    assert changed.result is not None
    assert {r[0] for r in changed.result.rows} == first(out, 8) - first(into, 8)


def test_a_change_that_a_set_cannot_follow_is_doubted(assistant: Assistant) -> None:
    found = assistant.ask(
        Question("chia theo tháng", turns=("nước nào lọt top 8 xuất khẩu nhưng không lọt top 8 nhập khẩu năm 2023",))
    )
    assert found.trust is Trust.REVIEW


def test_both_directions_in_each_of_several_years(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    wanted = set.intersection(
        *(set(trade(warehouse, "nuoc", d, y)) for d in ("Xuất khẩu", "Nhập khẩu") for y in (2019, 2020))
    )
    rows = answer(assistant, "Nước vừa có xuất khẩu vừa có nhập khẩu trong cả hai năm 2019, 2020")
    assert {r[0] for r in rows} == wanted


def test_what_a_period_lacks_of_all_that_there_ever_was(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    ever, then = (
        {r[0] for r in warehouse.execute(
            f"SELECT DISTINCT loai_hinh FROM xnk WHERE chieu = 'Nhập khẩu'{more}").fetchall()}
        for more in ("", " AND nam = 2019")
    )  # fmt: skip
    rows = answer(assistant, "Loại hình nào bên nhập khẩu mà năm 2019 chưa có lần nào")
    assert {r[0] for r in rows} == ever - then


@pytest.mark.parametrize(
    "question",
    [
        "nam 2020 top 5 cho nao so doanh nghiep moi cua Muc 3 ngoai tru doanh nghiep Viet Nam",
        "cho nao so doanh nghiep moi cua hai phong nam 2024",
        "top 3 cho nao so thi truong moi cua ca phe nam 2023",
    ],
)
def test_words_that_cannot_be_taken_out_of_a_clause_do_not_keep_the_reader_for_ever(
    assistant: Assistant, question: str
) -> None:
    assert assistant.reader.read(Question(question)).text
