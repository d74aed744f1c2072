"""What a person approves is checked, put through the gate, and only then taken up; else refused with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import eval.approval as approval
from eval.approval import Acceptance, Serves, start
from eval.gate import Rule, Verdict, load_gate
from eval.noise import load_any
from eval.sample import choose
from nl2sql.config import Settings
from nl2sql.history.audit import AuditLog
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.policy import User, local_user
from nl2sql.types import Question, Trust
from schema.approved import Addition, append, read_approved
from schema.errors import CatalogueError, UserError
from schema.loading import load_catalogue

EASY = (Rule("second", 0.5, sample=4, seed=4),)
QUESTION = "Kim ngạch xuất khẩu thanh long sang Xin-ga-po quý III/2021 và nhập khẩu cùng kỳ"
LISTED = "Những nước mua dưa hấu của ta nhiều nhất quý I/2020"
SQL = "SELECT SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2019 AND thang = 7"


@pytest.fixture
def used(settings: Settings, demo_warehouse: Path) -> Settings:
    return replace(settings, db=f"duckdb:///{demo_warehouse}", route="composed", adapter="none")


@pytest.fixture
def assistant(used: Settings) -> Iterator[Assistant]:
    opened = open_assistant(used)
    yield opened
    opened.close()


class Idle:
    """An assistant that lets everything pass, where only the way to acceptance is looked at."""

    model = ScriptedModel()

    def check_sql(self, sql: str, *, user: User | None = None) -> UserError | None:
        return None

    def adopt(self) -> None:
        raise AssertionError("nothing was to be taken up")


class Serving:
    """The assistant that serves, with a model that says what the script says."""

    def __init__(self, assistant: Assistant, model: ScriptedModel) -> None:
        self.model = model
        self.check_sql = assistant.check_sql
        self.adopt = assistant.adopt


def ended(addition: Addition, assistant: Serves, used: Settings, rules: tuple[Rule, ...] = EASY) -> Acceptance:
    made = start(addition, assistant, used, user=local_user(home=used.home), rules=rules)
    assert made.thread is not None
    made.thread.join(120)
    assert not made.running
    return made


def test_an_approved_query_answers_from_then_on(assistant: Assistant, used: Settings) -> None:
    question = "Trị giá hàng nhập khẩu của tháng 7/2019"
    before = assistant.catalogue.version
    wrong = Addition("verified", "xnk", question=question, sql=SQL.replace("Nhập khẩu", "Xuất khẩu"))
    refused = ended(wrong, assistant, used)
    assert not refused.accepted
    assert "cho kết quả khác" in refused.refused
    assert not used.approved_file.exists()
    made = ended(Addition("verified", "xnk", question=question, sql=SQL), assistant, used)
    assert made.refused == ""
    assert made.accepted
    assert [done.step for done in made.done] == [approval.CHECKING, approval.GATE, approval.TAKING_UP]
    assert made.asked == 4
    ((kept, _),) = read_approved(used.approved_file)
    assert (kept.question, kept.owner) == (question, "Người dùng máy này")
    assert assistant.catalogue.version != before
    assert open_assistant(used).catalogue.version == assistant.catalogue.version
    answer = assistant.ask(Question(question))
    assert answer.trust is Trust.VERIFIED
    assert answer.approval is not None
    assert answer.approval.owner == "Người dùng máy này"
    (entry,) = [e for e in AuditLog(used.home).entries() if e.body["event"] == "verified"]
    assert entry.body["what"] == question

    asked = Question("doanh số biên mậu năm 2023")
    assert [m.name for m in assistant.ask(asked).reading.metrics] != ["kim_ngach"]  # type: ignore[union-attr]
    made = ended(Addition("word", "xnk", item="kim_ngach", said="doanh số biên mậu"), assistant, used)
    assert made.refused == ""
    assert len(read_approved(used.approved_file)) == 2
    reading = assistant.ask(asked).reading
    assert reading is not None
    assert [m.name for m in reading.metrics] == ["kim_ngach"]
    refused = ended(Addition("example", "xnk", question="Xóa hết", sql="DELETE FROM xnk"), assistant, used)
    assert refused.refused
    assert refused.done == ()


def test_the_model_is_asked_where_models_are_asked(assistant: Assistant, used: Settings) -> None:
    rules = (Rule("second", 0.9, "model", sample=3, seed=4, own=0.6), Rule("second", 0.5, sample=2, seed=4))
    items = choose(load_any("second", 4), sample=3, seed=4).items
    word = Addition("word", "xnk", item="kim_ngach", said="doanh số biên mậu")
    knows = ScriptedModel({item.question: assistant.ask(Question(item.question)).sql for item in items})

    made = ended(word, Serving(assistant, knows), replace(used, route="auto"), rules)
    assert made.refused == ""
    assert made.accepted
    assert made.asked == 5
    asked = [prompt.final.content for prompt in knows.prompts]
    assert len(asked) == 3, "a right answer needs no second try, and the composed rule no model"
    assert all(any(item.question in text for text in asked) for item in items)
    said = [done.said for done in made.done if done.step == approval.GATE]
    assert said[0].startswith("second (model): 3/3 = 100,0%")
    assert "mô hình tự viết được 3/3, sàn 60,0%" in said[0]
    assert said[1].startswith("second (composed): 2/2")

    used.approved_file.unlink()
    mute = ScriptedModel(default="SELECT 1 AS khong_biet FROM bang_khong_co")
    made = ended(word, Serving(assistant, mute), replace(used, route="auto"), rules)
    assert made.refused.startswith("Cổng phát hành nhanh không đạt: second (model): 3/3"), "composed answers stand in"
    assert "mô hình tự viết được 0/3, sàn 60,0%: MÔ HÌNH DƯỚI SÀN" in made.refused
    assert not used.approved_file.exists()
    assert assistant.ask(Question("doanh số biên mậu năm 2023")).reading is not None

    idle = ScriptedModel()
    made = ended(word, Serving(assistant, idle), used, rules)
    assert made.accepted
    assert made.asked == 2, "where no model is ever asked there is nothing of the model to be measured"
    assert idle.asked == []


def test_a_question_of_a_suite_is_refused(used: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = SimpleNamespace(question=QUESTION, is_sql=False)
    (tmp_path / "thu.yaml").touch()
    monkeypatch.setattr(approval, "suites_dir", lambda: tmp_path)
    monkeypatch.setattr(approval, "load_any", lambda name: SimpleNamespace(items=[item]))
    made = ended(Addition("example", "xnk", question=f"{QUESTION}?", sql=SQL), Idle(), used)
    assert "«thu»" in made.refused


def test_a_gate_that_does_not_hold_refuses(used: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approval, "check_addition", lambda *_: ())
    verdict = Verdict(False, "✗ second (composed): 1/4 = 25,0%: DƯỚI SÀN")
    monkeypatch.setattr(approval, "judge", lambda *_: verdict)
    made = ended(Addition("word", "xnk", item="kim_ngach", said="doanh số biên mậu"), Idle(), used)
    assert not made.accepted
    assert made.refused == "Cổng phát hành nhanh không đạt: second (composed): 1/4 = 25,0%: DƯỚI SÀN."
    assert not used.approved_file.exists()


def test_a_stopped_one_leaves_nothing(used: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approval, "check_addition", lambda *_: ())
    made = start(Addition("word", "xnk", item="kim_ngach", said="doanh số biên mậu"), Idle(), used,
                 user=local_user(home=used.home), rules=EASY)  # fmt: skip
    made.stop()
    assert made.thread is not None
    made.thread.join(120)
    assert not made.accepted
    assert not used.approved_file.exists()


def test_the_quick_gate_measures_what_approved_queries_change() -> None:
    quick = {rule.route: rule for rule in load_gate() if rule.quick}
    assert set(quick) == {"model", "composed"}
    assert quick["model"].own > 0


def test_what_is_approved_lies_over_the_catalogue(tmp_path: Path) -> None:
    file = tmp_path / "approved.yaml"
    day = {"owner": "An", "approved_at": "2026-11-22"}
    append(file, Addition("example", "xnk", question=LISTED, sql=SQL, **day))
    append(file, Addition("definition", "xnk", item="kim_ngach", said="Định nghĩa mới: 100% đúng", **day))
    plain, made = load_catalogue(), load_catalogue(None, file)
    assert made.version != plain.version
    assert made.views["xnk"].examples[0].question == LISTED
    metric = made.views["xnk"].metric("kim_ngach")
    assert metric is not None
    assert metric.description == "Định nghĩa mới: 100% đúng"
    assert load_catalogue(None, tmp_path / "none.yaml").version == plain.version


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "{kind: word, view: xnk, item: kim_ngach, said: kim ngạch, owner: An, approved_at: 2026-11-22}",
            "đã dùng cho",
        ),
        ("{kind: word, view: la, item: a, said: b, owner: An, approved_at: 2026-11-22}", "không có bảng"),
        ("{kind: word, view: xnk, item: la, said: b, owner: An, approved_at: 2026-11-22}", "không có chỉ tiêu"),
        ("{kind: khac, view: xnk, owner: An, approved_at: 2026-11-22}", "loại «khac»"),
        ("{kind: example, view: xnk, question: a, owner: An, approved_at: 2026-11-22}", "sql"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(tmp_path: Path, entry: str, said: str) -> None:
    file = tmp_path / "approved.yaml"
    file.write_text(f"approved:\n  - {entry}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=said) as caught:
        load_catalogue(None, file)
    assert "approved.yaml:2" in str(caught.value)
