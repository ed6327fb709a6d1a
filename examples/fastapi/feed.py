"""Follows the issuer's revocation feed: signed out means signed out, with no call per request."""

import asyncio
import base64
import hashlib
import json
import math
import time
import urllib.error
import urllib.request

import jwt

KEPT_FOR = 24 * 3600 + 90
FRESH_FOR = 60


class Feed:
    """What is known to be revoked. It only grows; entries go when no document named them for a day."""

    def __init__(self, issuer, find_key, algorithm):
        self.issuer = issuer
        self.url = f"{issuer}/api/auth/revocations"
        self.find_key = find_key
        self.algorithm = algorithm
        self.seen = {}
        self.not_before = 0
        self.etag = None
        self.began = None
        self.first = asyncio.Event()
        self.following = None

    async def is_revoked(self, claims):
        """Whether the session has ended. The first two seconds of a process wait for a first document."""
        if self.following is None:
            self.began = time.monotonic()
            self.following = asyncio.create_task(self.follow())
        if not self.first.is_set():
            patience = max(0.0, self.began + 2 - time.monotonic())
            try:
                await asyncio.wait_for(self.first.wait(), patience)
            except asyncio.TimeoutError:
                self.first.set()
        marks = [("sub", claims["sub"])] + ([("sid", claims["sid"])] if "sid" in claims else [])
        named = any(to_entry(self.issuer, kind, value) in self.seen for kind, value in marks)
        return named or claims["iat"] < self.not_before

    async def follow(self):
        while True:
            try:
                etag, text = await asyncio.to_thread(ask, self.url, self.etag)
                await self.apply(text, time.time())
                self.etag = etag
                await asyncio.sleep(0.1)
            except Exception:  # Whatever came is no document: what is known goes on counting.
                self.etag = None
                await asyncio.sleep(1)

    async def apply(self, text, now):
        """Adds what a document names, or raises ValueError where it is none of this issuer's."""
        header = jwt.get_unverified_header(text)
        if header.get("typ") != "revocations+jwt" or header.get("alg") != self.algorithm:
            raise ValueError("expected a document of the feed")
        key = await self.find_key(header["kid"])
        document = json.loads(jwt.PyJWS().decode(text, key, algorithms=[self.algorithm]))
        if document.get("iss") != self.issuer or document.get("aud") != "claimcheck:revocations":
            raise ValueError("expected a document of this issuer")
        times = [document.get(name) for name in ("iat", "exp", "notBefore")]
        if not all(is_time(value) for value in times) or times[0] > now + 60:
            raise ValueError("expected the time it was made")
        sids, subs = document.get("sids"), document.get("subs")
        if not is_texts(sids) or not is_texts(subs):
            raise ValueError("expected two lists")
        self.seen.update(dict.fromkeys(sids + subs, now))
        self.seen = {entry: at for entry, at in self.seen.items() if now - at <= KEPT_FOR}
        self.not_before = max(self.not_before, times[2])
        # An older one proves what it names, and nothing about now.
        if now - times[0] <= FRESH_FOR:
            self.first.set()


def to_entry(issuer, kind, value):
    """How the feed names a session or a person."""
    digest = hashlib.sha256(f"{issuer}|{kind}|{value}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def ask(url, etag):
    """One request, held by the issuer until something changes or five seconds are over."""
    headers = {} if etag is None else {"If-None-Match": etag}
    with urllib.request.urlopen(urllib.request.Request(f"{url}?wait=5", headers=headers), timeout=10) as answer:
        return answer.headers.get("ETag"), answer.read(4_000_000).decode()


def is_time(value):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value >= 0


def is_texts(value):
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
