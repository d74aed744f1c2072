"""An OpenID Connect provider on the loopback interface, for the tests: code flow, signed ID tokens, sign-out.

It knows a few people; some of them get a token that is wrong in one way, so that each check of the app is tried.
"""

from __future__ import annotations

import base64
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "hoikho-thu"
CLIENT_SECRET = "bi-mat-chi-de-thu"

PEOPLE: dict[str, dict[str, Any]] = {
    "lan": {"name": "Nguyễn Lan", "preferred_username": "lan.nguyen", "hoikho_role": "leader"},
    "hai": {"name": "Trần Hải", "email": "hai@vidu.test", "email_verified": True, "groups": ["x", "unit_leader"],
            "hoikho_unit": "Hải Phòng"},
    "khach": {"name": "Người không vai", "preferred_username": "khach", "roles": ["vua"]},
    "may_nay": {"name": "Kẻ mạo xưng", "preferred_username": "local", "roles": ["local"]},
}  # fmt: skip
"""Claims of each person; ``khach`` has a role that is not known here, ``may_nay`` one that nobody may claim."""

FAULTS = ("audience", "issuer", "expired", "key", "nonce", "none", "early")
"""Ways in which the token of the person of that name is wrong; the claims are those of ``lan``."""


@dataclass
class Provider:
    """What the provider knows.

    Attributes:
        codes: Codes given out and not yet used: the nonce and the person of each.
        told: Tokens given out, by person.
        left: ID tokens with which somebody signed out.
    """

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def token(self, person: str, nonce: str) -> str:
        """The signed ID token of a person, or one that is wrong in the way that the person stands for."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": f"sub-{person}", "aud": CLIENT_ID, "iat": now, "exp": now + 300,
                  "nonce": nonce, **PEOPLE.get(person, PEOPLE["lan"])}  # fmt: skip
        wrong: Mapping[str, dict[str, Any]] = {
            "audience": {"aud": "ung-dung-khac"},
            "issuer": {"iss": "https://ke-khac.test"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "early": {"iat": now - 7200},
            "nonce": {"nonce": "cu"},
        }
        claims.update(wrong.get(person, {}))
        if person == "none":
            parts = ({"alg": "none", "kid": "k1"}, claims)
            return ".".join(_base64(json.dumps(part).encode()) for part in parts) + "."
        return str(jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.other_key if person == "key" else self.key))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests' output is for the tests."""

    def do_GET(self) -> None:
        """Discovery, keys, the page on which a person is chosen, the way back with a code, sign-out."""
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        me = self.provider.issuer
        if parts.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": me,
                    "authorization_endpoint": f"{me}/authorize",
                    "token_endpoint": f"{me}/token",
                    "jwks_uri": f"{me}/keys",
                    "end_session_endpoint": f"{me}/leave",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                }
            )
        elif parts.path == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._choose(given)
        elif parts.path == "/as":
            code = secrets.token_urlsafe(16)
            self.provider.codes[code] = (given["nonce"], given["person"])
            self._go(f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}")
        elif parts.path == "/leave":
            self.provider.left.append(given.get("id_token_hint", ""))
            self._go(given["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """The token for a code, which works once, for the right client."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.headers.get("Authorization", "").removeprefix("Basic ")
        client = base64.b64decode(asked).decode("utf-8") if asked else ""
        posted = f"{given.get('client_id')}:{given.get('client_secret')}"
        known = self.provider.codes.pop(given.get("code", ""), None)
        if f"{CLIENT_ID}:{CLIENT_SECRET}" not in (client, posted) or known is None:
            self._json({"error": "invalid_grant"}, 400)
            return
        nonce, person = known
        self.provider.told.append(person)
        self._json(
            {
                "access_token": secrets.token_urlsafe(16),
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": self.provider.token(person, nonce),
            }
        )

    def _choose(self, given: Mapping[str, str]) -> None:
        if given.get("client_id") != CLIENT_ID or given.get("response_type") != "code" or not given.get("nonce"):
            self.send_error(400)
            return
        kept = {name: given[name] for name in ("redirect_uri", "state", "nonce")}
        links = "".join(
            f'<p><a href="/as?{html.escape(urlencode({**kept, "person": person}))}">{person}</a></p>'
            for person in (*PEOPLE, *FAULTS)
        )
        self._send(200, "text/html; charset=utf-8", f"<h1>Nhà cung cấp thử</h1>{links}".encode())

    def _go(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def _json(self, data: object, status: int = 200) -> None:
        self._send(status, "application/json", json.dumps(data).encode("utf-8"))

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve() -> Iterator[Provider]:
    """A provider on a free port of the loopback interface, gone afterwards."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="oidc-provider", daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
