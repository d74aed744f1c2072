"""The scripted model, and that opening a model imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nl2sql.errors import ModelError
from nl2sql.model.protocol import Completion, Message, Model, Prompt
from nl2sql.model.scripted import ScriptedModel


def ask(text: str, start: str = "") -> Prompt:
    return Prompt((Message("system", "s"),), Message("user", text), start)


def test_mapping_takes_the_longest_part_that_occurs() -> None:
    model: Model = ScriptedModel({"xuất": "ngắn", "xuất khẩu": "dài"})
    assert model.complete(ask("kim ngạch xuất khẩu")).text == "dài"
    assert model.complete(ask("xuất siêu")).text == "ngắn"


def test_replies_in_order_then_the_default() -> None:
    model = ScriptedModel(["một", Completion("hai", logprob=-0.5)], default="ba")
    assert [model.complete(ask("?")).text for _ in range(3)] == ["một", "hai", "ba"]


def test_function_of_the_prompt_and_what_was_asked() -> None:
    model = ScriptedModel(lambda prompt: prompt.final.content.upper())
    assert model.complete(ask("abc"), temperature=0.7, seed=3, grammar="root ::= [A-Z]+").text == "ABC"
    call = model.asked[0]
    assert (call.temperature, call.seed, call.grammar) == (0.7, 3, "root ::= [A-Z]+")
    assert model.prompts == [ask("abc")]


def test_start_and_stop_are_taken_off_as_a_real_model_does() -> None:
    model = ScriptedModel(["SELECT 1; SELECT 2"])
    assert model.complete(ask("?", "SELECT"), stop=(";",)).text == " 1"


def test_no_reply_and_a_scripted_error_raise() -> None:
    with pytest.raises(ModelError, match="không có câu trả lời"):
        ScriptedModel({"a": "b"}).complete(ask("c"))
    with pytest.raises(ModelError, match="hỏng"):
        ScriptedModel([ModelError("hỏng")]).complete(ask("c"))


def test_warmed_prefixes_are_remembered() -> None:
    model = ScriptedModel()
    model.warm((Message("system", "s"),))
    assert model.warmed == [(Message("system", "s"),)]


def test_importing_the_room_does_not_load_llama_cpp() -> None:
    code = "import sys, nl2sql.model; print('llama_cpp' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
