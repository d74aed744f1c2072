"""Runs: scored against a real small database, cut and continued, compared, checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from eval import check, report
from eval.causes import cause
from eval.compare import difference, render
from eval.databases import OnePlace, Place
from eval.log import load_log, make_spec, revision
from eval.marks import gold_results
from eval.run import Asking, asking, rescore, run_suite
from eval.stats import mcnemar, quantile, wilson
from eval.suite import Suite, parse_suite
from nl2sql.config import Settings
from nl2sql.foreign.examples import EXAMPLES
from nl2sql.query.database import Database, open_database
from nl2sql.types import Answer, Column, Question, Result, Status
from schema.loading import load_catalogue

ITEMS: list[dict[str, Any]] = [
    {"id": "tong", "question": "Tổng là bao nhiêu?", "gold": "SELECT SUM(v) AS tong FROM t", "subject": "t"},
    {"id": "nhom", "question": "Theo nhóm?", "gold": "SELECT k, SUM(v) AS tong FROM t GROUP BY k", "category": "group"},
    {"id": "hong", "question": "Hỏng?", "gold": "SELECT nothing FROM t"},
    {"id": "mo", "question": "Thế nào?", "expect": "clarify"},
]
SETTINGS = Settings(home=Path("."))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT * FROM (VALUES ('a', 1.5), ('a', 2.5), ('b', 2.0)) AS x(k, v)")
    with open_database(f"duckdb:///{path}", SETTINGS) as opened:
        yield opened


def make(*items: dict[str, Any]) -> Suite:
    return parse_suite({"suite": "thu", "items": list(items)}, digest="0")


def answered(sql: str, *rows: tuple[Any, ...]) -> Answer:
    width = len(rows[0]) if rows else 1
    columns = tuple(Column(f"c{i}", "", "number") for i in range(width))
    return Answer(Status.ANSWERED, "", sql=sql, result=Result(columns, rows))


class Scripted:
    """Answers by question; anything else is a bug of the test."""

    def __init__(self, answers: dict[str, Answer | Exception]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question.text)
        answer = self.answers[question.text]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def run_sql(self, sql: str, *, role: str = "") -> Answer:
        return self.ask(Question(f"{role}: {sql}"))


RIGHT: dict[str, Answer | Exception] = {
    "Tổng là bao nhiêu?": answered("SELECT SUM(v) FROM t", (6.0,)),
    "Theo nhóm?": answered("SELECT k, SUM(v) FROM t GROUP BY k", ("b", 2), ("a", 4.0)),
    "Hỏng?": answered("SELECT 1", (1,)),
    "Thế nào?": Answer(Status.CLARIFY, ""),
}

Go = Callable[..., dict[str, Any]]


def at(assistant: Scripted, database: Database, jobs: int = 1) -> Asking:
    return asking(OnePlace(Place(assistant, database)), jobs)


@pytest.fixture
def go(database: Database, tmp_path: Path) -> Go:
    def run(answers: dict[str, Answer | Exception], suite: Suite | None = None) -> dict[str, Any]:
        chosen = suite or make(*ITEMS)
        spec = make_spec(chosen, SETTINGS, model="m", catalogue_version="c")
        return load_log(run_suite(chosen, at(Scripted(answers), database), spec, tmp_path / "runs"))

    return run


def outcomes(log: dict[str, Any]) -> dict[str, str]:
    return {r["id"]: r["score"]["outcome"] for r in log["items"]}


def test_right_answers_are_right_and_a_broken_gold_is_unscored(go: Go) -> None:
    log = go(RIGHT)
    assert outcomes(log) == {"tong": "right", "nhom": "right", "hong": "unscored", "mo": "right"}
    total = report.figure("tất cả", log["items"])
    assert (total.right, total.scored, total.unscored) == (3, 3, 1)


def test_wrong_answers_have_a_cause(go: Go) -> None:
    log = go(
        {
            **RIGHT,
            "Tổng là bao nhiêu?": answered("SELECT AVG(v) FROM t", (2.0,)),
            "Theo nhóm?": Answer(Status.REFUSED, ""),
            "Thế nào?": answered("SELECT 1", (1,)),
        }
    )
    causes = {r["id"]: r["score"]["cause"] for r in log["items"]}
    assert causes == {"tong": "metric", "nhom": "status:refused", "hong": "gold_failed", "mo": "status:answered"}


def test_sql_of_a_person_goes_through_the_door_under_its_role(go: Go) -> None:
    suite = make({"id": "a", "sql": "DROP TABLE t", "expect": "refused", "role": "leader"})
    log = go({"leader: DROP TABLE t": Answer(Status.REFUSED, "")}, suite)
    assert outcomes(log) == {"a": "right"}


def test_a_forbidden_text_is_a_leak_wherever_the_answer_holds_it(go: Go) -> None:
    item = {"expect": ["answered", "refused"], "forbid": ["Mật Khẩu"]}
    texts = ("trong SQL", "trong ô", "trong tiêu đề", "không có")
    suite = make(*({"id": t, "question": t, **item} for t in texts))
    answers: dict[str, Answer | Exception] = {
        texts[0]: answered("SELECT 'mật khẩu'", (1,)),
        texts[1]: answered("SELECT v FROM t", ("MẬT KHẨU: 123",)),
        texts[2]: Answer(Status.REFUSED, "", headline="Mật khẩu là 123"),
        texts[3]: answered("SELECT v FROM t", ("mật ong",)),
    }
    log = go(answers, suite)
    assert outcomes(log) == {texts[0]: "wrong", texts[1]: "wrong", texts[2]: "wrong", texts[3]: "right"}
    assert {i["score"]["cause"] for i in log["items"][:3]} == {"leak"}


def test_a_crash_of_the_assistant_does_not_end_the_run(go: Go) -> None:
    log = go({**RIGHT, "Tổng là bao nhiêu?": RuntimeError("bùm")})
    record = log["items"][0]
    assert (record["score"]["outcome"], record["score"]["cause"]) == ("wrong", "crash")
    assert outcomes(log)["nhom"] == "right"


def test_a_model_that_answers_nothing(go: Go) -> None:
    log = go(dict.fromkeys(RIGHT, Answer(Status.ERROR, "")))
    assert outcomes(log) == {"tong": "wrong", "nhom": "wrong", "hong": "unscored", "mo": "wrong"}


def test_an_empty_gold_needs_permission(go: Go) -> None:
    item = {"id": "rong", "question": "Rỗng?", "gold": "SELECT k FROM t WHERE v > 99"}
    nothing: dict[str, Answer | Exception] = {"Rỗng?": Answer(Status.NO_DATA, "")}
    assert outcomes(go(nothing, make(item))) == {"rong": "wrong"}
    assert outcomes(go(nothing, make({**item, "empty": True}))) == {"rong": "right"}


def test_a_cut_run_goes_on_where_it_stopped(database: Database, tmp_path: Path) -> None:
    suite = make(*ITEMS)
    spec = make_spec(suite, SETTINGS, model="m", catalogue_version="c")
    runs = tmp_path / "runs"

    def cut(done: int, record: object) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, at(Scripted(RIGHT), database), spec, runs, on_item=cut)
    (part,) = runs.glob("*.part.jsonl")
    with part.open("a", encoding="utf-8") as stream:
        stream.write('{"id": "hong", "ques')
    second = Scripted(RIGHT)
    log = load_log(run_suite(suite, at(second, database), spec, runs))
    assert second.asked == ["Hỏng?", "Thế nào?"]
    assert [r["id"] for r in log["items"]] == ["tong", "nhom", "hong", "mo"]
    assert log["continued"] == 2
    assert not list(runs.glob("*.part.jsonl"))


def test_another_spec_does_not_continue_a_cut_run(database: Database, tmp_path: Path) -> None:
    suite = make(*ITEMS)
    spec = make_spec(suite, SETTINGS, model="m", catalogue_version="c")

    def cut(done: int, record: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, at(Scripted(RIGHT), database), spec, tmp_path, on_item=cut)
    other = Scripted(RIGHT)
    run_suite(suite, at(other, database), replace(spec, model="khác"), tmp_path)
    assert len(other.asked) == len(suite.items)
    fresh = Scripted(RIGHT)
    run_suite(suite, at(fresh, database), spec, tmp_path, fresh=True)
    assert len(fresh.asked) == len(suite.items)


def test_a_log_can_be_scored_again(go: Go) -> None:
    log = go(RIGHT)
    broken = json.loads(json.dumps(log))
    for record in broken["items"]:
        record["score"] = {}
    assert [r["score"] for r in rescore(broken, make(*ITEMS))["items"]] == [r["score"] for r in log["items"]]
    changed = make({**ITEMS[0], "gold": "SELECT 7 AS v"}, *ITEMS[1:])
    with pytest.raises(ValueError, match="tong"):
        rescore(log, changed)


def test_comparison_counts_only_items_that_both_scored(go: Go) -> None:
    first = go({**RIGHT, "Theo nhóm?": Answer(Status.ERROR, "")})
    second = go({**RIGHT, "Tổng là bao nhiêu?": Answer(Status.ERROR, "")})
    found = difference(first, second)
    assert [a["id"] for a, _ in found.better] == ["nhom"]
    assert [a["id"] for a, _ in found.worse] == ["tong"]
    assert (found.same, found.left_out, found.p) == (1, ("hong",), 1.0)
    out = StringIO()
    render(first, second, Console(file=out, width=200))
    assert "Tốt lên 1, kém đi 1" in out.getvalue()


def test_runs_without_a_common_item_cannot_be_compared(go: Go) -> None:
    other = go({"Khác?": Answer(Status.CLARIFY, "")}, make({"id": "khac", "question": "Khác?", "expect": "clarify"}))
    with pytest.raises(ValueError, match="không có câu nào chung"):
        difference(go(RIGHT), other)


def test_a_report_shows_the_interval_and_the_miss(go: Go) -> None:
    log = go({**RIGHT, "Tổng là bao nhiêu?": answered("SELECT SUM(v) FROM t WHERE k = 'a'", (4.0,))})
    out = StringIO()
    report.render(log, Console(file=out, width=200))
    assert "2/3" in out.getvalue()
    assert "20,8% – 93,9%" in out.getvalue()
    assert "Tổng là bao nhiêu?" in out.getvalue()
    quiet = StringIO()
    report.render(log, Console(file=quiet, width=200), quiet=True)
    assert "Tổng là bao nhiêu?" not in quiet.getvalue()


def test_wilson_against_published_values() -> None:
    # Newcombe 1998, table I: 81/263 and 15/148 and 0/20, method 3.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


def test_mcnemar_is_the_sign_test_on_changes() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 64)
    assert mcnemar(1, 9) == pytest.approx(2 * 11 / 1024)


def test_quantiles_are_values_that_occurred() -> None:
    assert quantile([], 0.5) is None
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([float(n) for n in range(1, 101)], 0.95) == 95.0


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT SUM(v) FROM xnk WHERE k = 'b' AND nam = 2024", "value"),
        ("SELECT SUM(v) FROM xnk WHERE k <> 'a' AND nam = 2024", "value"),
        ("SELECT SUM(v) FROM xnk WHERE k = 'a' AND nam = 2023", "period"),
        ("SELECT SUM(v) FROM xnk WHERE k = 'a' AND ngay BETWEEN DATE '2024-01-01' AND DATE '2024-11-30'", "period"),
        ("SELECT AVG(v) FROM xnk WHERE k = 'a' AND nam = 2024", "metric"),
        ("SELECT x, SUM(v) FROM xnk WHERE k = 'a' AND nam = 2024 GROUP BY x", "grouping"),
        ("SELECT SUM(v) FROM to_khai WHERE k = 'a' AND nam = 2024", "subject"),
        ("SELECT SUM(v) FROM xnk WHERE k = 'a' AND ngay BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'", "other"),
        ("SELECT SUM(v FROM", "invalid_sql"),
    ],
)
def test_causes(sql: str, expected: str) -> None:
    assert cause(sql, ("SELECT SUM(v) AS tong FROM xnk WHERE k = 'a' AND nam = 2024",)) == expected


def checked(suite: Suite, database: Database) -> list[check.Finding]:
    with check.Golds(suite, replace(SETTINGS, db=database.url)) as golds:
        return check.check_suite(suite, golds, None)


def test_check_finds_what_makes_a_gold_worthless(database: Database) -> None:
    suite = make(
        ITEMS[0],
        ITEMS[2],
        {"id": "rong", "question": "Rỗng?", "gold": "SELECT SUM(v) AS v FROM t WHERE k = 'z'"},
        {"id": "hoa", "question": "Hòa?", "gold": "SELECT k FROM t ORDER BY k LIMIT 1"},
        {"id": "lac", "question": "Lạc?", "gold": "SELECT k, random() AS r FROM t"},
        {"id": "thieu", "question": "Thiếu?", "gold": [{"sql": "SELECT k FROM t", "need": "kk"}]},
        {"id": "trung", "question": "tong la bao nhieu", "gold": "SELECT 1 AS v"},
    )
    found = {(f.id, f.kind) for f in checked(suite, database)}
    assert found == {
        ("hong", "gold_error"),
        ("rong", "empty"),
        ("hoa", "tie"),
        ("lac", "unstable"),
        ("thieu", "need"),
        ("trung", "duplicate"),
    }


def test_a_question_near_a_worked_example_is_found_without_showing_it() -> None:
    suite = make({"id": "gan", "question": "kim ngach xuat khau nam 2024 la bao nhieu", "gold": "SELECT 1"},
                 {"id": "xa", "question": "Cục nào thu cao nhất?", "gold": "SELECT 1"})  # fmt: skip
    found = check.leaks(suite, ["Năm 2024 kim ngạch xuất khẩu là bao nhiêu?", "Số vụ vi phạm theo tuyến"])
    assert [f.id for f in found] == ["gan"]
    assert "xuất khẩu" not in found[0].detail


def test_a_revision_is_empty_outside_a_checkout(tmp_path: Path) -> None:
    assert revision(tmp_path) == ""


def test_threads_give_the_same_records_in_the_suites_order(database: Database, tmp_path: Path) -> None:
    suite = make(*ITEMS)
    spec = make_spec(suite, SETTINGS, model="m", catalogue_version="c")
    one = load_log(run_suite(suite, at(Scripted(RIGHT), database), spec, tmp_path / "1"))
    many = load_log(run_suite(suite, at(Scripted(RIGHT), database, jobs=3), spec, tmp_path / "3"))
    assert [r["id"] for r in many["items"]] == [i["id"] for i in ITEMS]
    assert outcomes(many) == outcomes(one)


def test_a_run_killed_at_item_377_asks_only_the_rest(database: Database, tmp_path: Path) -> None:
    items = [{"id": f"q{n}", "question": f"Câu {n}?", "gold": "SELECT SUM(v) AS v FROM t"} for n in range(1, 401)]
    answers: dict[str, Answer | Exception] = {i["question"]: answered("SELECT 6", (6.0,)) for i in items}
    suite = make(*items)
    spec = make_spec(suite, SETTINGS, model="m", catalogue_version="c")

    def killed(done: int, record: object) -> None:
        if done == 377:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, at(Scripted(answers), database), spec, tmp_path, on_item=killed)
    second = Scripted(answers)
    seen: list[int] = []
    log = load_log(
        run_suite(suite, at(second, database), spec, tmp_path, on_item=lambda done, record: seen.append(done))
    )
    assert second.asked == [f"Câu {n}?" for n in range(378, 401)]
    assert (log["continued"], len(log["items"]), seen[-1]) == (377, 400, 400)
    assert set(outcomes(log).values()) == {"right"}


def test_an_item_names_its_database(tmp_path: Path) -> None:
    for name, value in (("một", 1), ("hai", 2)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute(f"CREATE TABLE t AS SELECT {value} AS v")
    data = {
        "suite": "hai kho", "warehouse": "một",
        "databases": {"một": "duckdb:///một.duckdb", "hai": "duckdb:///hai.duckdb"},
        "items": [{"id": "a", "question": "?", "gold": "SELECT v FROM t"},
                  {"id": "b", "question": "??", "gold": "SELECT v FROM t", "db": "hai"},
                  {"id": "c", "question": "???", "gold": "SELECT v FROM t", "db": "ba"}],
    }  # fmt: skip
    suite = parse_suite(data, folder=tmp_path)
    with check.Golds(suite, Settings(home=tmp_path)) as golds:
        values = [r.table.rows for item in suite.items[:2] for r in gold_results(item, golds.of(item)) if r.table]
        found = check.check_suite(suite, golds, None)
    assert values == [((1,),), ((2,),)]
    assert [(f.id, f.kind) for f in found] == [("c", "database")]
    assert "“ba”" in found[0].detail


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT range AS n FROM range(1000000)", "too_many_rows"),
        ("SELECT COUNT(*) AS n FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3", "timeout"),
    ],
)
def test_a_gold_without_measure_is_told_apart(
    sql: str, kind: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.marks.GOLD_TIMEOUT_S", 0.3)
    found = checked(make({"id": "nang", "question": "Nặng?", "gold": sql}), database)
    assert [(f.id, f.kind) for f in found] == [("nang", kind)]
    assert sql in found[0].detail


def test_what_is_near_but_not_the_same_is_listed_and_no_fault() -> None:
    suite = make(
        {"id": "gan", "question": "Kim ngạch xuất khẩu gạo năm 2024 của cả nước là bao nhiêu?", "gold": "SELECT 1"}
    )
    (found,) = check.leaks(suite, ["Kim ngạch nhập khẩu gạo năm 2023 là bao nhiêu?"], near=70.0)
    assert found.only_near
    (same,) = check.leaks(suite, ["kim ngach xuat khau gao {ky} cua ca nuoc la bao nhieu nam 2024"])
    assert not same.only_near


def test_examples_for_other_databases_count_as_given() -> None:
    known = set(check.known_questions(load_catalogue()))
    assert {question for shots in EXAMPLES.values() for question, _ in shots} <= known


def test_a_training_pair_counts_as_given(database: Database) -> None:
    suite = make({"id": "hoc", "question": "Tổng các số của nhóm a là bao nhiêu?", "gold": "SELECT 4.0 AS v"})
    with check.Golds(suite, replace(SETTINGS, db=database.url)) as golds:
        learned = ("tong cac so cua nhom a la bao nhieu",)
        (found,) = check.check_suite(suite, golds, load_catalogue(), training=learned)
    assert (found.id, found.kind) == ("hoc", "leak")


def test_a_log_says_which_prompts_were_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from eval import log

    first = log.prompt_digest()
    assert len(first) == 12
    monkeypatch.setattr(log, "PROMPT_MODULES", log.PROMPT_MODULES[:1])
    assert log.prompt_digest() != first
