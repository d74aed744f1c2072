"""A model behind an OpenAI-compatible server: llama-server, vLLM and the like, for a whole department.

It speaks only to the URL that the administrator set, follows no redirect and reads no proxy from the environment, so
that a question goes nowhere else. ``HOIKHO_API_KEY`` is sent when it is set.

Servers differ, so only what all of them have is relied on. An assistant message to be continued is not portable: the
beginning that ``Prompt.start`` asks for is put into the question, and taken off the answer.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from nl2sql.errors import ModelError
from nl2sql.model.protocol import Completion, Message, Prompt

_FENCE = re.compile(r"```[\w+-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_CONNECT_S = 5.0
_ANSWER_S = 120.0
_SPARE_TOKENS = 32
# What a server may refuse in a body that others understand; left out one set at a time, and not sent again.
_EXTRAS: tuple[tuple[str, ...], ...] = (("logprobs",), ("grammar",), ("seed",))


class ServerModel:
    """Implements ``Model`` over ``/v1/chat/completions``.

    Args:
        url: Of the server, with or without ``/v1``; a fragment names the model: ``http://may-chu:8000/v1#qwen``.
        model: Name of the model at the server; without it and without a fragment, the first one it lists.
        api_key: Sent as a bearer token; the environment's ``HOIKHO_API_KEY`` when None.
        timeout_s: How long to wait for an answer, in seconds.
        transport: For tests.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str = "",
        api_key: str | None = None,
        timeout_s: float = _ANSWER_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ModelError(
                f"Địa chỉ máy chủ mô hình không hợp lệ: {url}",
                action="HOIKHO_MODEL phải có dạng http://máy-chủ:cổng/v1.",
                phase="setup",
            )
        path = parts.path.rstrip("/").removesuffix("/chat/completions").removesuffix("/v1")
        self._place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._base = f"{parts.scheme}://{parts.netloc}{path}/v1"
        key = os.environ.get("HOIKHO_API_KEY", "") if api_key is None else api_key
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout_s, connect=_CONNECT_S),
            headers={"Authorization": f"Bearer {key}"} if key else {},
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )
        self._model = model or parts.fragment
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        self._running = 0

    @property
    def name(self) -> str:
        """The model's name at the server, and the server."""
        return f"{self._model or 'model'}@{self._place.partition('://')[2]}"

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
        grammar: str = "",
        stop: tuple[str, ...] = (),
    ) -> Completion:
        """Continue the chat. A server that does not know grammars answers without one.

        Raises:
            ModelError: The server cannot be reached, refuses, or answers something else.
        """
        with self._lock:
            self._running += 1
        try:
            began = time.perf_counter()
            body: dict[str, Any] = {
                "model": self._named(),
                "messages": _messages(prompt),
                # The beginning and a code fence that we take off again are not counted as the answer's.
                "max_tokens": max_tokens + _SPARE_TOKENS,
                "temperature": temperature,
                "seed": seed,
                "logprobs": True,
                "stream": False,
            }
            if grammar:
                body["grammar"] = _with_start(grammar, prompt.start)
            answer = self._ask(body)
            elapsed = (time.perf_counter() - began) * 1e3
        finally:
            with self._lock:
                self._running -= 1
        return _completion(answer, prompt.start, stop, elapsed)

    def warm(self, prefix: tuple[Message, ...]) -> None:
        """Nothing: a server keeps its own caches."""

    def waiting(self) -> int:
        """None: a server serves callers at once or queues them itself."""
        return 0

    def running(self) -> int:
        """Calls under way from this process."""
        return self._running

    def cancel(self, thread: int | None = None) -> int:
        """None: what a server has begun it ends by itself; its answer is dropped (``nl2sql.model.stoppable``)."""
        return 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _named(self) -> str:
        if not self._model:
            listed = self._json(self._send("GET", "/models"))
            try:
                self._model = str(listed["data"][0]["id"])
            except (KeyError, IndexError, TypeError) as error:
                raise self._strange("không nêu tên mô hình nào") from error
        return self._model

    def _ask(self, body: dict[str, Any]) -> Mapping[str, Any]:
        """The answer, with what this server refuses left out."""
        for extras in ((), *_EXTRAS):
            self._refused.update(name for name in extras if name in body)
            response = self._send(
                "POST", "/chat/completions", {k: v for k, v in body.items() if k not in self._refused}
            )
            if response.status_code not in {400, 422}:
                return self._json(response)
        # Refused with nothing optional left: it was not that.
        self._refused.clear()
        return self._json(response)

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            return self._client.request(method, self._base + path, json=body)
        except httpx.TimeoutException as error:
            raise ModelError(
                f"Máy chủ mô hình {self._place} không trả lời kịp.",
                action="Hãy hỏi lại sau ít phút, hoặc báo người quản trị.",
                phase="generation",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as error:  # RuntimeError: the client is closed
            raise ModelError(
                f"Không kết nối được máy chủ mô hình {self._place}.",
                action="Hãy kiểm tra máy chủ đang chạy và địa chỉ trong HOIKHO_MODEL.",
                phase="generation",
            ) from error

    def _json(self, response: httpx.Response) -> Mapping[str, Any]:
        code = response.status_code
        if code in {401, 403}:
            raise ModelError(
                f"Máy chủ mô hình {self._place} từ chối khóa truy cập.",
                action="Hãy đặt khóa đúng vào HOIKHO_API_KEY.",
                phase="generation",
            )
        if code != 200:
            raise self._strange(f"báo lỗi {code}: {_reason(response)}")
        try:
            answer = response.json()
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise self._strange("không trả về JSON") from error
        if not isinstance(answer, dict):
            raise self._strange("trả về dữ liệu lạ")
        return answer

    def _strange(self, what: str) -> ModelError:
        return ModelError(
            f"Máy chủ mô hình {self._place} {what}.",
            action="Hãy kiểm tra địa chỉ trong HOIKHO_MODEL có trỏ tới máy chủ tương thích OpenAI không.",
            phase="generation",
        )


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    messages = [{"role": m.role, "content": m.content} for m in (*prompt.prefix, prompt.final)]
    if prompt.start:
        messages[-1]["content"] += f"\n\n(Trả lời bắt đầu ngay bằng: {prompt.start})"
    return messages


def _with_start(grammar: str, start: str) -> str:
    """The grammar for a text that has the beginning in it."""
    if not start:
        return grammar
    renamed = re.sub(r"(?m)(?<![\w-])root(?![\w-])", "answer-root", grammar)
    return f"root ::= {json.dumps(start, ensure_ascii=False)} answer-root\n{renamed}"


def _completion(answer: Mapping[str, Any], start: str, stop: tuple[str, ...], elapsed_ms: float) -> Completion:
    try:
        choice = answer["choices"][0]
        text = choice["message"]["content"] or ""
        stopped = choice.get("finish_reason") != "length"
        usage = answer.get("usage") or {}
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelError(
            "Máy chủ mô hình trả về dữ liệu lạ.",
            action="Hãy kiểm tra địa chỉ trong HOIKHO_MODEL có trỏ tới máy chủ tương thích OpenAI không.",
            phase="generation",
        ) from error
    text = _bare(text, start)
    # Stop texts are cut here and not by the server: there they could end the answer inside its preamble or fence.
    ends = [at for mark in stop if mark and (at := text.find(mark)) >= 0]
    if ends:
        text, stopped = text[: min(ends)], True
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return Completion(
        text=text,
        prompt_tokens=int(usage.get("prompt_tokens") or 0),
        cached_tokens=int(cached),
        tokens=int(usage.get("completion_tokens") or 0),
        generate_ms=elapsed_ms,
        logprob=_mean_logprob(choice),
        stopped=stopped,
    )


def _bare(text: str, start: str) -> str:
    """The answer out of its fence, without the beginning that was asked for."""
    fenced = _FENCE.search(text)
    if fenced:
        text = fenced.group(1)
    bare = text.lstrip()
    if not start:
        return bare.rstrip() if fenced else text
    if bare[: len(start)].upper() == start.upper():
        return bare[len(start) :]
    # Told to begin so, some models say a sentence before it.
    at = re.search(rf"(?m)^\s*{re.escape(start)}(?!\w)", bare)
    return bare[at.end() :] if at else text


def _mean_logprob(choice: Mapping[str, Any]) -> float | None:
    try:
        values = [float(item["logprob"]) for item in choice["logprobs"]["content"]]
    except (KeyError, TypeError, ValueError):
        return None
    return sum(values) / len(values) if values else None


def _reason(response: httpx.Response) -> str:
    """What the server says about its error, shortened."""
    try:
        error = response.json()
    except ValueError:
        return response.text[:120]
    error = error.get("error", error) if isinstance(error, dict) else error
    return str(error.get("message", error) if isinstance(error, dict) else error)[:120]
