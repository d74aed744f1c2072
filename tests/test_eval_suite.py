"""Suites: what is read, what is refused, and the suites of this project themselves."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from eval.kept import kept
from eval.noise import KINDS, MIXED, load_any, noisy
from eval.noise_kinds import MORE_KINDS
from eval.sample import choose
from eval.suite import SuiteError, load_suite, parse_suite, suites_dir
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Status
from schema.loading import load_catalogue

ITEM: dict[str, Any] = {"id": "a1", "question": "Câu hỏi?", "gold": "SELECT 1 AS v"}


def suite(*items: dict[str, Any]) -> dict[str, Any]:
    return {"suite": "thu", "version": 1, "items": list(items)}


def test_gold_in_its_three_forms() -> None:
    read = parse_suite(
        suite(
            ITEM,
            {**ITEM, "id": "a2", "gold": ["SELECT 1", "SELECT 2"]},
            {**ITEM, "id": "a3", "gold": [{"sql": "SELECT 1 AS a,\n  2 AS b", "need": "a | b a"}]},
        )
    )
    assert [len(i.golds) for i in read.items] == [1, 2, 1]
    assert read.items[2].golds[0].sql == "SELECT 1 AS a, 2 AS b"
    assert read.items[2].golds[0].need == (frozenset({"a"}), frozenset({"a", "b"}))


def test_expected_status_makes_a_status_item() -> None:
    read = parse_suite(suite({"id": "s1", "question": "", "expect": ["clarify", "refused"]}))
    assert read.items[0].expect == (Status.CLARIFY, Status.REFUSED)
    assert read.items[0].category == "status"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"question": 5}, "câu hỏi phải là văn bản"),
        ({"gold": ""}, "mỗi đáp án là SQL"),
        ({"gold": []}, "chưa có đáp án"),
        ({"gold": [{"sql": "SELECT 1", "optional": "v"}]}, "nhóm sql và need"),
        ({"expect": "refused"}, "đúng một trong hai"),
        ({"category": "khac"}, "dạng “khac”"),
        ({"category": "followup"}, "cần các câu trước"),
        ({"difficulty": "very"}, "độ khó"),
        ({"order": "yes please"}, "true hoặc false"),
        ({"tags": "khong_dau"}, "danh sách văn bản"),
        ({"answer": 5}, "không hiểu trường answer"),
        ({"id": ""}, "thiếu mã"),
        ({"sql": "SELECT 1"}, "đúng một trong hai trường question, sql"),
        ({"forbid": ["mật"]}, "đi cùng expect"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SuiteError, match=words):
        parse_suite(suite({**ITEM, **change}))


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(SuiteError, match="expect là answered, clarify"):
        parse_suite(suite({"id": "s1", "question": "?", "expect": "right"}))


def test_a_good_question_may_be_asked_for_its_status_alone() -> None:
    read = parse_suite(suite({"id": "s1", "question": "Hỏi?", "expect": "answered", "forbid": ["mật"]}))
    assert (read.items[0].expect, read.items[0].golds) == ((Status.ANSWERED,), ())
    assert read.items[0].forbid == ("mật",)


def test_an_item_may_be_sql_of_a_person() -> None:
    read = parse_suite(suite({"id": "s1", "sql": "DROP TABLE t", "expect": "refused"}, ITEM))
    assert [(i.question, i.is_sql) for i in read.items] == [("DROP TABLE t", True), ("Câu hỏi?", False)]


def test_a_duplicate_id_is_refused() -> None:
    with pytest.raises(SuiteError, match="“a1” dùng hai lần"):
        parse_suite(suite(ITEM, ITEM))


def test_a_missing_suite_lists_those_that_exist() -> None:
    with pytest.raises(SuiteError, match="first"):
        load_suite("khong-co")


def test_a_suite_with_a_vietnamese_file_name(tmp_path: Path) -> None:
    path = tmp_path / "bộ câu hỏi thử.yaml"
    path.write_text(yaml.safe_dump(suite(ITEM), allow_unicode=True), encoding="utf-8")
    assert load_suite(str(path)).name == "thu"


def test_broken_yaml_is_an_error_of_the_person(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_text("items: [", encoding="utf-8")
    with pytest.raises(SuiteError, match="không đọc được YAML"):
        load_suite(str(path))


@pytest.mark.parametrize("path", sorted(suites_dir().glob("*.yaml")), ids=lambda p: p.stem)
def test_every_suite_of_the_project_loads(path: Path) -> None:
    read = load_suite(str(path))
    assert read.name == path.stem
    assert all(item.subject or item.expect for item in read.items)


def test_noise_changes_the_words_and_nothing_else() -> None:
    first = load_suite("first")
    for kind in KINDS:
        made = noisy(first, kind, seed=3)
        assert made.items, kind
        assert made == noisy(first, kind, seed=3)
        for item in made.items:
            source = first.item(item.id.split("~")[0])
            assert item.question != source.question
            assert item.golds == source.golds


def test_noise_kinds_say_what_they_do() -> None:
    made = {kind: noisy(parse_suite(suite({**ITEM, "question": "Kim ngạch xuất khẩu sang Đức là bao nhiêu"})), kind, 1)
            for kind in ("no_diacritics", "telex", "upper", "nfd", "abbreviated", "teencode")}  # fmt: skip
    texts = {kind: s.items[0].question for kind, s in made.items()}
    assert texts["no_diacritics"] == "Kim ngach xuat khau sang Duc la bao nhieu"
    assert texts["telex"] == "Kim ngachj xuaats khaaur sang DDuwcs laf bao nhieeu"
    assert texts["upper"] == "KIM NGẠCH XUẤT KHẨU SANG ĐỨC LÀ BAO NHIÊU"
    assert unicodedata.is_normalized("NFD", texts["nfd"])
    assert texts["abbreviated"] == "KN XK sang Đức là bao nhiêu"
    assert texts["teencode"] == "Kim ngạch xuất khẩu sang Đức là bn"


def test_mixed_noise_depends_on_the_seed() -> None:
    first = load_suite("first")
    assert noisy(first, "mixed", 1) != noisy(first, "mixed", 2)


def test_a_sample_keeps_the_proportions() -> None:
    first = load_suite("first")
    drawn = choose(first, sample=60, seed=5)
    assert len(drawn.items) == 60
    assert drawn == choose(first, sample=60, seed=5)
    assert drawn != choose(first, sample=60, seed=6)
    for category in {i.category for i in first.items}:
        whole = sum(i.category == category for i in first.items) / len(first.items)
        part = sum(i.category == category for i in drawn.items) / 60
        assert abs(whole - part) < 0.04, category


def test_the_noise_suite_is_made_anew_from_customs() -> None:
    noise, source = load_any("noise", 0), load_suite("customs")
    assert noise == load_any("noise", 0)
    assert noise != load_any("noise", 1)
    assert (noise.name, len(noise.items)) == ("noise", len(source.items))
    kinds = {i.id.split("~")[1] for i in noise.items}
    assert kinds == set(MIXED)
    assert all(i.golds == source.item(i.id.split("~")[0]).golds for i in noise.items)


def test_one_kind_of_noise_over_any_suite() -> None:
    assert load_any("second~telex").name == "second~telex"
    with pytest.raises(SuiteError, match="kiểu nhiễu"):
        load_any("second~lạ")


def test_a_suite_is_bound_to_scale_and_seed() -> None:
    read = parse_suite({**suite(ITEM), "warehouse": {"scale": "test", "seed": 7}})
    assert (read.warehouse, read.seed) == ("test", 7)
    for wrong in ({"size": 1}, {"seed": "x"}, 5, ""):
        with pytest.raises(SuiteError, match="warehouse"):
            parse_suite({**suite(ITEM), "warehouse": wrong})


def test_databases_lie_beside_the_suite(tmp_path: Path) -> None:
    named = {"a": "sqlite:///nhạc.db", "b": "postgresql://u@h/d", "c": "sqlite:////x/y.db"}
    read = parse_suite({**suite(ITEM), "databases": named}, folder=tmp_path)
    assert read.databases == {**named, "a": f"sqlite:///{tmp_path / 'nhạc.db'}"}
    with pytest.raises(SuiteError, match="databases"):
        parse_suite({**suite(ITEM), "databases": ["a"]})


def test_a_file_name_from_a_mac_is_found(tmp_path: Path) -> None:
    path = tmp_path / unicodedata.normalize("NFD", "bộ thử.yaml")
    path.write_text(yaml.safe_dump(suite(ITEM), allow_unicode=True), encoding="utf-8")
    assert load_suite(unicodedata.normalize("NFC", str(path))).name == "thu"


def test_what_noise_leaves_of_the_understanding_is_counted_against_the_clean_question() -> None:
    catalogue = load_catalogue()
    reader = Reader(catalogue, build_vocabulary(catalogue))
    items = [i for i in load_suite("first").items if not i.turns][:4]
    (same,) = kept(reader, items, ["nfd"])
    assert (same.kind, same.same, same.lost) == ("nfd", same.asked, ())
    (spoilt,) = kept(reader, [replace(items[0], question="Số tờ khai luồng đỏ")], ["upper"])
    assert spoilt.asked == spoilt.same == 1


@pytest.mark.parametrize("kind", sorted(MORE_KINDS))
def test_every_further_kind_changes_a_question_and_repeats_itself(kind: str) -> None:
    question = "Kim ngạch xuất khẩu hàng dệt may sang Hoa Kỳ tháng 9 năm 2024 của chi cục hải quan là bao nhiêu"
    made = {MORE_KINDS[kind](question, random.Random(seed)) for seed in (1, 2, 3)}
    assert made != {question}
    assert MORE_KINDS[kind](question, random.Random(7)) == MORE_KINDS[kind](question, random.Random(7))
