"""The real model in process: what it gives is the same however it came to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model.protocol import Message, Prompt
from nl2sql.model.turns import ModelCancelled

llama = pytest.importorskip("nl2sql.model.llama")


def test_missing_and_broken_files_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="hoikho model get"):
        llama.LlamaModel(tmp_path / "khong-co.gguf")
    other = tmp_path / "khác.gguf"
    other.write_bytes(b"not a model at all")
    with pytest.raises(ModelError, match="hoikho model verify"):
        llama.LlamaModel(other)
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(b"GGUF\x03\x00\x00\x00" + b"\x07" * 500)
    with pytest.raises(ModelError, match="hoikho model verify"):
        llama.LlamaModel(cut)


EXAMPLES = "".join(f"-- năm {year}: SELECT SUM(gia) FROM xnk WHERE nam = {year};\n" for year in range(2021, 2025))
PREFIX = (
    Message("system", f"Viết một câu SQL DuckDB cho bảng xnk(nam INT, nuoc TEXT, gia DOUBLE).\n{EXAMPLES}"),
    Message("user", "Tổng giá?"),
    Message("assistant", "SELECT SUM(gia) FROM xnk"),
)
OTHER = (Message("system", f"Viết một câu SQL DuckDB cho bảng vi_pham(nam INT, so_vu INT).\n{EXAMPLES[:120]}"),)
LONG = "Tổng giá của năm nước lớn nhất, " * 8 + "mỗi năm?"


def ask(text: str, prefix: tuple[Message, ...] = PREFIX) -> Prompt:
    return Prompt(prefix, Message("user", text), start="SELECT")


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not condition():
        assert monotonic() < end, "did not come true"
        sleep(0.005)


@pytest.fixture(scope="module")
def model_file(user_settings: Settings) -> Path:
    """The default model's file."""
    from nl2sql.model import fetch

    return fetch.ensure(user_settings.model, user_settings)


@pytest.fixture(scope="module")
def digest(model_file: Path, user_settings: Settings) -> str:
    from nl2sql.model.digest import file_digest

    return file_digest(model_file, user_settings.states_dir)


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("states")


@pytest.fixture(scope="module")
def model(model_file: Path, digest: str, states: Path) -> Iterator[llama.LlamaModel]:
    made = llama.LlamaModel(model_file, digest=digest, states_dir=states)
    yield made
    made.close()


@pytest.mark.model
def test_answers_in_sql_and_counts_its_work(model: llama.LlamaModel) -> None:
    first = model.complete(ask("Tổng giá năm 2030?"), max_tokens=40, stop=(";",))
    assert "FROM xnk" in first.text and "2030" in first.text
    assert not first.text.startswith("SELECT")
    assert first.stopped and 0 < first.tokens < 40
    assert first.logprob is not None and -1 < first.logprob < 0
    second = model.complete(ask("Tổng giá năm 2031?"), max_tokens=40, stop=(";",))
    assert first.prompt_tokens > second.cached_tokens > 100
    assert model.name.endswith("@cc324af0")


@pytest.mark.model
def test_prefix_restored_gives_exactly_the_text_computed_fresh(
    model: llama.LlamaModel, model_file: Path, digest: str, states: Path
) -> None:
    """Once fresh, once from memory, once from disk in a model opened anew, once without any saved state."""
    fresh = model.complete(ask(LONG), max_tokens=32)
    model.complete(ask("Có bao nhiêu vụ?", OTHER), max_tokens=4)
    memory = model.complete(ask(LONG), max_tokens=32)
    assert memory.cached_tokens > 0
    anew = llama.LlamaModel(model_file, digest=digest, states_dir=states)
    disk = anew.complete(ask(LONG), max_tokens=32)
    assert disk.cached_tokens == memory.cached_tokens
    for file in states.glob("*.kv"):
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])
    anew.cache.clear()
    anew.complete(ask("Có bao nhiêu vụ?", OTHER), max_tokens=4)
    rebuilt = anew.complete(ask(LONG), max_tokens=32)
    anew.close()
    assert rebuilt.cached_tokens == 0
    assert {(c.text, c.logprob) for c in (memory, disk, rebuilt)} == {(fresh.text, fresh.logprob)}
    assert all(file.stat().st_size > 1_000_000 for file in states.glob("*.kv"))


@pytest.mark.model
def test_what_was_asked_before_does_not_change_an_answer(model: llama.LlamaModel) -> None:
    """A retry shares its beginning with the first try; the same prompt twice needs no work at all."""
    retry = LONG + "\nLỗi: cột quy không có. Viết lại."
    after_first = (model.complete(ask(LONG), max_tokens=32), model.complete(ask(retry), max_tokens=32))[1]
    assert after_first.cached_tokens > model.complete(ask("Giá?"), max_tokens=1).cached_tokens
    alone = model.complete(ask(retry), max_tokens=32)
    again = model.complete(ask(retry), max_tokens=32)
    assert again.cached_tokens == again.prompt_tokens
    assert {(c.text, c.logprob) for c in (alone, again)} == {(after_first.text, after_first.logprob)}


@pytest.mark.model
def test_equal_seeds_equal_texts(model: llama.LlamaModel) -> None:
    def draw(seed: int) -> str:
        return model.complete(ask("Kể một câu chuyện"), max_tokens=24, temperature=1.2, seed=seed).text

    texts = [draw(seed) for seed in (1, 2, 3)]
    assert [draw(seed) for seed in (1, 2, 3)] == texts
    assert len(set(texts)) > 1


@pytest.mark.model
def test_grammar_binds_greedy_and_drawn_texts(model: llama.LlamaModel) -> None:
    grammar = 'root ::= " COUNT(*) FROM " ("lô"|"tờ") " WHERE nam = " [0-9] [0-9] [0-9] [0-9]'
    for temperature in (0.0, 1.0):
        done = model.complete(ask("Tổng giá năm 2030?"), max_tokens=60, temperature=temperature, grammar=grammar)
        assert done.stopped
        head, _, year = done.text.rpartition(" ")
        assert head in (" COUNT(*) FROM lô WHERE nam =", " COUNT(*) FROM tờ WHERE nam =")
        assert len(year) == 4 and year.isdigit()
    with pytest.raises(ModelError, match="Ngữ pháp"):
        model.complete(ask("?"), grammar="root ::= (")


@pytest.mark.model
def test_token_limit_is_kept_and_told(model: llama.LlamaModel) -> None:
    done = model.complete(ask("Tổng giá năm 2030?"), max_tokens=3)
    assert (done.tokens, done.stopped) == (3, False)


@pytest.mark.model
def test_control_marks_in_a_question_are_text(model: llama.LlamaModel) -> None:
    plain = model.complete(ask("x"), max_tokens=1).prompt_tokens
    marked = model.complete(ask("x<|im_end|>"), max_tokens=1).prompt_tokens
    assert marked > plain + 2  # one token if the mark were read as control


@pytest.mark.model
def test_prompt_that_does_not_fit(model: llama.LlamaModel) -> None:
    with pytest.raises(ModelError, match="quá dài"):
        model.complete(ask("kim ngạch " * 4000))
    with pytest.raises(ModelError, match="quá dài"):
        model.warm((Message("system", "kim ngạch " * 4000),))
    assert model.complete(ask("Tổng giá?"), max_tokens=2).tokens == 2


@pytest.mark.model
def test_threads_at_once_get_their_own_answers(model: llama.LlamaModel) -> None:
    years = range(2031, 2036)
    alone = {year: model.complete(ask(f"Tổng giá năm {year}?"), max_tokens=30, stop=(";",)).text for year in years}
    assert all(str(year) in text for year, text in alone.items())
    together: dict[int, str] = {}

    def run(year: int) -> None:
        prompt = ask(f"Tổng giá năm {year}?")
        together[year] = model.complete(prompt, max_tokens=30, stop=(";",)).text

    threads = [threading.Thread(target=run, args=(year,)) for year in years]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert together == alone
    assert model.waiting() == 0


@pytest.mark.model
def test_cancel_stops_the_call_and_the_next_one_works(model: llama.LlamaModel) -> None:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            # A grammar that cannot end early: the call is still running when it is cancelled, however fast the machine.
            model.complete(ask("Đếm"), max_tokens=2000, grammar='root ::= item{400}\nitem ::= [0-9] [0-9] [0-9] " "')
        except ModelCancelled as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: model.waiting() == 1)
    assert model.cancel(thread.ident) == 1
    thread.join(60)
    assert len(raised) == 1
    assert "2030" in model.complete(ask("Tổng giá năm 2030?"), max_tokens=40, stop=(";",)).text


@pytest.mark.model
def test_closed_model_says_so(model_file: Path, digest: str) -> None:
    closed = llama.LlamaModel(model_file, digest=digest, n_ctx=256)
    closed.close()
    closed.close()
    with pytest.raises(ModelError, match="đã được đóng"):
        closed.complete(ask("?"))
