"""The smallest protected API on FastAPI: the same contract without the library, by PyJWT."""

import json
import os
import socket
import threading
import time
import urllib.request
import uuid

import jwt
import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

ISSUER = os.environ.get("ISSUER", "https://app.example.com")
AUDIENCE = os.environ.get("AUDIENCE", "https://api.example.com")
ALGORITHM = "EdDSA"
ERRORS = "https://github.com/claimcheck/claimcheck/blob/main/docs/errors.md"


class Refused(Exception):
    """Why a request is refused: the same codes as the library's."""

    def __init__(self, status, code):
        self.status = status
        self.code = code


class Keys:
    """The issuer's keys: kept for a minute, kept longer while the issuer is away, fetched once a second at most."""

    def __init__(self, url):
        self.url = url
        self.keys = {}
        self.fetched_at = self.asked_at = float("-inf")
        self.lock = threading.Lock()

    def find(self, kid):
        with self.lock:
            is_old = time.monotonic() - self.fetched_at > 60
            if (is_old or kid not in self.keys) and time.monotonic() - self.asked_at > 1:
                self.fetch()
            if kid in self.keys:
                return self.keys[kid]
            # Only an answer younger than the question proves that a key does not exist.
            is_answered = self.fetched_at >= self.asked_at
            raise Refused(401, "key_unknown") if is_answered else Refused(503, "keys_unavailable")

    def fetch(self):
        self.asked_at = time.monotonic()
        try:
            with urllib.request.urlopen(self.url, timeout=0.4) as answer:
                document = json.loads(answer.read(65536))
            self.keys = {jwk["kid"]: jwt.PyJWK(jwk, ALGORITHM).key for jwk in document["keys"]}
            self.fetched_at = time.monotonic()
        except Exception:
            # The last good keys go on serving; find() says 503 where there are none.
            pass


keys = Keys(f"{ISSUER}/api/auth/jwks")
app = FastAPI()


@app.exception_handler(Refused)
def refuse(_: Request, refused: Refused):
    headers = {"Cache-Control": "no-store"}
    if refused.status == 401:
        is_missing = refused.code == "token_missing"
        headers["WWW-Authenticate"] = 'Bearer realm="api"' + ("" if is_missing else ', error="invalid_token"')
    if refused.status == 503:
        headers["Retry-After"] = "1"
    body = {
        "type": f"{ERRORS}#{refused.code}",
        "title": refused.code.replace("_", " ").capitalize(),
        "status": refused.status,
        "code": refused.code,
        "requestId": str(uuid.uuid4()),
    }
    return JSONResponse(body, refused.status, headers, media_type="application/problem+json")


REASONS = [
    (jwt.ExpiredSignatureError, "token_expired"),
    (jwt.ImmatureSignatureError, "token_not_yet_valid"),
    (jwt.InvalidAudienceError, "audience_mismatch"),
    (jwt.InvalidIssuerError, "issuer_mismatch"),
    (jwt.MissingRequiredClaimError, "claim_invalid"),
    (jwt.InvalidSignatureError, "signature_invalid"),
    (jwt.InvalidAlgorithmError, "algorithm_not_allowed"),
]


def subject(request: Request) -> str:
    """The person of the token, or Refused."""
    values = request.headers.getlist("authorization")
    if len(values) > 1:
        raise Refused(400, "request_malformed")
    scheme, _, token = (values or [""])[0].partition(" ")
    if scheme.lower() != "bearer" or token == "":
        raise Refused(401, "token_missing")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM:
            raise Refused(401, "algorithm_not_allowed")
        claims = jwt.decode(
            token,
            keys.find(header.get("kid")),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=5,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        codes = [code for kind, code in REASONS if isinstance(error, kind)]
        raise Refused(401, (codes or ["token_malformed"])[0]) from error
    if not isinstance(claims["sub"], str) or claims["sub"] == "":
        raise Refused(401, "claim_invalid")
    return claims["sub"]


@app.get("/api/me")
def me(person: str = Depends(subject)):
    return {"subject": person}


@app.get("/api/{user_id}/notes")
def notes(user_id: str, person: str = Depends(subject)):
    if user_id != person:
        raise Refused(403, "not_owner")
    return {"notes": [f"Only for {person}"]}


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", int(os.environ.get("PORT", "8000"))))
    listener.listen()
    print(f"Listening at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
