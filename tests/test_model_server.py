"""The OpenAI-compatible server, spoken to over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model import open_model
from nl2sql.model.protocol import Message, Model, Prompt
from nl2sql.model.server import ServerModel

Reply = tuple[int, Any]
PROMPT = Prompt((Message("system", "Viết SQL."),), Message("user", "Bao nhiêu?"), start="SELECT")


class Server:
    """A server that replies as a test says, and remembers what it got."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.reply: Callable[[dict[str, Any]], Reply] = lambda _body: (200, answer("SELECT 1"))
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append((self.path, {}, dict(self.headers)))
                self.send(200, {"data": [{"id": "qwen-32b"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.path, body, dict(self.headers)))
                self.send(*outer.reply(body))

            def send(self, code: int, content: Any) -> None:
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", "http://198.51.100.1/elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a caller that gave up
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for path, body, _ in self.requests if path.endswith("/chat/completions")]


def answer(text: str, **choice: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "choices": [{"message": message, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 50, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 40}},
    }


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def test_question_and_answer(server: Server) -> None:
    logprobs = {"content": [{"logprob": -0.5}, {"logprob": -0.1}]}
    server.reply = lambda _body: (200, answer("SELECT SUM(x) FROM t;\nGiải thích", logprobs=logprobs))
    model: Model = ServerModel(server.url)
    done = model.complete(PROMPT, max_tokens=64, temperature=0.3, seed=9, stop=(";",))
    assert done.text == " SUM(x) FROM t"
    assert (done.prompt_tokens, done.cached_tokens, done.tokens, done.stopped) == (50, 40, 5, True)
    assert done.logprob == pytest.approx(-0.3)
    (body,) = server.bodies
    assert body["model"] == "qwen-32b"
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert body["messages"][0]["content"] == "Viết SQL."
    assert body["messages"][1]["content"].startswith("Bao nhiêu?")
    assert (body["temperature"], body["seed"]) == (0.3, 9)
    assert model.name == f"qwen-32b@{server.url.removeprefix('http://')}"
    model.close()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("SELECT 1", " 1"),
        ("select 1", " 1"),
        ("```sql\nSELECT 1\n```", " 1\n"),
        ("Đây là câu lệnh:\n```\nSELECT 1\n```\nChúc vui.", " 1\n"),
        ("```sql\nSELECT 1", " 1"),
        ("Đây là câu lệnh:\nSELECT 1", " 1"),
        (" 1 FROM t", " 1 FROM t"),
    ],
)
def test_fence_preamble_and_start_are_taken_off(server: Server, said: str, kept: str) -> None:
    server.reply = lambda _body: (200, answer(said))
    assert ServerModel(server.url).complete(PROMPT).text == kept


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_url_with_or_without_its_version(server: Server, suffix: str) -> None:
    ServerModel(server.url + suffix).complete(PROMPT)
    assert [path for path, _, _ in server.requests] == ["/v1/models", "/v1/chat/completions"]


def test_fragment_names_the_model(server: Server) -> None:
    ServerModel(server.url + "/v1#mo-hinh-rieng").complete(PROMPT)
    assert [path for path, _, _ in server.requests] == ["/v1/chat/completions"]
    assert server.bodies[0]["model"] == "mo-hinh-rieng"


def test_token_limit_is_told(server: Server) -> None:
    server.reply = lambda _body: (200, answer("SELECT 1", finish_reason="length"))
    assert not ServerModel(server.url).complete(PROMPT).stopped


def test_key_of_the_environment_is_sent_and_only_when_set(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOIKHO_API_KEY", raising=False)
    ServerModel(server.url).complete(PROMPT)
    assert "Authorization" not in server.requests[-1][2]
    monkeypatch.setenv("HOIKHO_API_KEY", "bi-mat")
    ServerModel(server.url).complete(PROMPT)
    assert server.requests[-1][2]["Authorization"] == "Bearer bi-mat"


def test_grammar_is_passed_for_the_text_with_its_start(server: Server) -> None:
    ServerModel(server.url).complete(PROMPT, grammar='root ::= " 1" | root-tail\nroot-tail ::= " 2"')
    assert server.bodies[0]["grammar"] == (
        'root ::= "SELECT" answer-root\nanswer-root ::= " 1" | root-tail\nroot-tail ::= " 2"'
    )


def test_what_a_server_refuses_is_left_out_and_not_sent_again(server: Server) -> None:
    def strict(body: dict[str, Any]) -> Reply:
        refused = {"grammar", "logprobs"} & set(body)
        return (400, {"error": {"message": f"unknown {refused}"}}) if refused else (200, answer("SELECT 1"))

    server.reply = strict
    model = ServerModel(server.url)
    assert model.complete(PROMPT, grammar='root ::= " 1"').text == " 1"
    before = len(server.bodies)
    model.complete(PROMPT, grammar='root ::= " 1"')
    assert len(server.bodies) == before + 1
    assert server.bodies[-1]["seed"] == 0


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ((401, {}), "HOIKHO_API_KEY"),
        ((500, {"error": {"message": "het bo nho"}}), "het bo nho"),
        ((400, {"error": "khong chiu"}), "khong chiu"),
        ((404, b"<html>"), "404"),
        ((302, b""), "302"),
        ((200, b"<html>"), "JSON"),
        ((200, {"choices": []}), "dữ liệu lạ"),
        ((200, [1]), "dữ liệu lạ"),
    ],
)
def test_errors_are_told_in_vietnamese(server: Server, reply: Reply, says: str) -> None:
    server.reply = lambda _body: reply
    with pytest.raises(ModelError) as error:
        ServerModel(server.url).complete(PROMPT)
    assert says in str(error.value)
    assert error.value.action.startswith("Hãy")


def test_server_that_is_not_there() -> None:
    gone = Server()
    gone.http.server_close()
    with pytest.raises(ModelError, match="Không kết nối được"):
        ServerModel(gone.url).complete(PROMPT)
    gone.http.shutdown()


def test_server_that_does_not_answer_in_time(server: Server) -> None:
    release = threading.Event()

    def slow(_body: dict[str, Any]) -> Reply:
        release.wait(5)
        return 200, answer("SELECT 1")

    server.reply = slow
    with pytest.raises(ModelError, match="không trả lời kịp"):
        ServerModel(server.url, timeout_s=0.2).complete(PROMPT)
    release.set()


def test_closed_model_raises(server: Server) -> None:
    model = ServerModel(server.url)
    model.close()
    with pytest.raises(ModelError):
        model.complete(PROMPT)


@pytest.mark.parametrize("url", ["ftp://x/v1", "http://", "http:///v1"])
def test_bad_url(url: str) -> None:
    with pytest.raises(ModelError, match="không hợp lệ"):
        ServerModel(url)


def test_setting_with_a_url_opens_the_server(server: Server, settings: Settings) -> None:
    model = open_model(Settings(home=settings.home, model=server.url))
    assert model.complete(PROMPT).text == " 1"
    assert model.waiting() == 0
