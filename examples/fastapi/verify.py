"""Who a request speaks for: the contract of the token in Python, with PyJWT for the signature."""

import asyncio
import base64
import json
import math
import re
import time
import unicodedata
import urllib.request

import jwt
from feed import Feed

ALGORITHM = "EdDSA"
OTHER_KINDS = {"crit", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "b64", "zip", "cty", "enc"}


class Refused(Exception):
    """Why a request is refused: the same statuses and codes as the library's."""

    def __init__(self, status, code):
        super().__init__(code)
        self.status = status
        self.code = code


class Verifier:
    def __init__(self, issuer, audience):
        self.issuer = issuer
        self.audience = audience
        self.keys = Keys(f"{issuer}/api/auth/jwks")
        self.feed = Feed(issuer, lambda kid: self.keys.find(kid), ALGORITHM)

    async def authenticate(self, scope):
        """The claims of the bearer token in an ASGI scope, or Refused. Signature first, claims last."""
        token = read_bearer(scope)
        header, claims = parse(token)
        if header["alg"] != ALGORITHM:
            raise Refused(401, "algorithm_not_allowed")
        key = await self.keys.find(header["kid"])
        try:
            jwt.PyJWS().decode(token, key, algorithms=[ALGORITHM])
        except jwt.InvalidTokenError as error:
            raise Refused(401, "signature_invalid") from error
        code = find_fault(header, claims, self.issuer, self.audience, time.time())
        if code is not None:
            raise Refused(401, code)
        if await self.feed.is_revoked(claims):
            raise Refused(401, "token_revoked")
        return claims


class Keys:
    """The issuer's keys. A request goes out at most four times a second, and one at a time."""

    def __init__(self, url):
        self.url = url
        self.keys = {}
        self.started = self.confirmed = -math.inf
        self.is_stored = False
        self.turn = asyncio.Lock()

    async def find(self, kid):
        asked = time.monotonic()
        if kid not in self.keys or asked - self.started > 60:
            await self.fetch_after(asked)
        if kid in self.keys and asked - self.confirmed < 3600:
            return self.keys[kid]
        # Only an answer to a later question proves that a key does not exist; all else is no 401.
        is_proven = self.confirmed > asked and not self.is_stored
        raise Refused(401, "key_unknown") if is_proven else Refused(503, "keys_unavailable")

    async def fetch_after(self, asked):
        async with self.turn:
            if self.started > asked:
                return
            await asyncio.sleep(max(0, self.started + 0.25 - time.monotonic()))
            self.started = started = time.monotonic()
            try:
                request = asyncio.to_thread(download, self.url)
                document, self.is_stored = await asyncio.wait_for(request, 0.4)
                keys = {jwk["kid"]: jwt.PyJWK(jwk).key for jwk in document["keys"] if is_usable(jwk)}
            except Exception:  # Whatever came is no key set, and the last good one goes on serving.
                return
            if keys:
                self.keys, self.confirmed = keys, started


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Who may name the keys is configured, not discovered."""

    def redirect_request(self, *_):
        return None


def download(url):
    with urllib.request.build_opener(NoRedirect).open(url, timeout=0.4) as answer:
        body = answer.read(65_537)
        if answer.status != 200 or len(body) > 65_536:
            raise ValueError("expected a key set of at most 64 KiB")
        return json.loads(body), int(answer.headers.get("Age") or 0) > 0


def is_usable(jwk):
    is_fit = jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519" and jwk.get("use", "sig") == "sig"
    return is_fit and jwk.get("alg", ALGORITHM) == ALGORITHM and "d" not in jwk and "kid" in jwk


def read_bearer(scope):
    """The token of the one Authorization header. Nothing else is looked at."""
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
    parts = [part for value in values for part in value.split(", ")]
    is_joined = len(parts) > 1 and any(re.match(r"bearer\b", part, re.I) for part in parts)
    if len(values) > 1 or is_joined:
        raise Refused(400, "request_malformed")
    value = values[0] if values else ""
    match = re.fullmatch(r"bearer(?: +([^ ].*)?)?", value, re.I)
    if match is None and re.match(r"bearer[^A-Za-z0-9_-]", value, re.I):
        raise Refused(401, "token_malformed")
    if match is None or match[1] is None:
        raise Refused(401, "token_missing")
    if re.search(rb"(^|&)access_token=", scope["query_string"]):
        raise Refused(400, "request_malformed")
    return match[1]


def parse(token):
    """Header and claims of a token whose text is strictly that of a signed JWT. Nothing is verified."""
    try:
        if len(token) > 8192 or not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]*", token, re.ASCII):
            raise ValueError("expected three parts")
        header, claims, _ = (decode(part) for part in token.split("."))
        header, claims = read_object(header), read_object(claims)
    except (ValueError, RecursionError) as error:
        raise Refused(401, "token_malformed") from error
    kid, alg, typ = header.get("kid"), header.get("alg"), header.get("typ", "JWT")
    is_plain = OTHER_KINDS.isdisjoint(header) and typ in ("JWT", "at+jwt")
    if not is_plain or not isinstance(alg, str) or not isinstance(kid, str) or not 0 < len(kid) <= 128:
        raise Refused(401, "token_malformed")
    return header, claims


def decode(part):
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise ValueError("expected the one spelling of these bytes")
    return data


def read_object(data):
    text = data.decode("utf-8")
    value = json.loads(text, object_pairs_hook=to_object, parse_constant=refuse_constant)
    if not isinstance(value, dict) or count_levels(value) > 16:
        raise ValueError("expected an object of at most 16 levels")
    return value


def count_levels(value):
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if members is None else 1 + max(map(count_levels, members), default=0)


def to_object(pairs):
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("expected every member once")
    return value


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def find_fault(header, claims, issuer, audience, now):
    """The code of the first claim that is not as it must be, or None."""
    exp, iat, nbf = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    aud = claims.get("aud")
    audiences = aud if isinstance(aud, list) else [aud]
    checks = [
        (claims.get("iss") == issuer, "issuer_mismatch"),
        (all(isinstance(name, str) for name in audiences) and audience in audiences, "audience_mismatch"),
        (is_time(exp), "claim_invalid"),
        (is_time(exp) and now < exp + 5, "token_expired"),
        (is_time(iat), "claim_invalid"),
        (is_time(iat) and iat <= now + 60, "token_not_yet_valid"),
        (is_time(nbf), "claim_invalid"),
        (is_time(nbf) and nbf <= now + 5, "token_not_yet_valid"),
        (is_id(claims.get("sub")), "claim_invalid"),
        (not is_delegated(header, claims), "delegation_not_allowed"),
        (is_id(claims.get("sid", "none")), "claim_invalid"),
        ("cnf" not in claims and "events" not in claims, "claim_invalid"),
        (is_time(exp) and is_time(iat) and exp - iat <= 86_400, "claim_invalid"),
    ]
    return next((code for is_good, code in checks if not is_good), None)


def is_delegated(header, claims):
    """Whether the token was issued to a program, which is not the person it may name."""
    marks = ("scope", "azp", "client_id", "act")
    return header.get("typ") == "at+jwt" or any(name in claims for name in marks)


def is_time(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_id(value):
    is_text = isinstance(value, str) and 0 < len(value) <= 255
    return is_text and not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value)
