"""Holds this reading of the contract to the vectors, whose path is the argument: prints what differs, and ends with 1."""

import asyncio
import json
import sys
from unittest.mock import patch

import jwt
from errors import ERRORS
from feed import Feed, to_entry
from verify import Refused, Verifier


async def main(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    now, faults = vectors["now"], []

    def expect(name, got, wanted):
        if got != wanted:
            faults.append(f"{name}: {got}, expected {wanted}")

    def create():
        verifier = Verifier(vectors["issuer"], vectors["audience"])
        keys = {jwk["kid"]: jwt.PyJWK(jwk).key for jwk in vectors["keySets"]["EdDSA"]["keys"]}

        async def find(kid):
            if kid not in keys:
                raise Refused(401, "key_unknown")
            return keys[kid]

        verifier.keys.find = verifier.feed.find_key = find
        verifier.feed.first.set()
        verifier.feed.following = "by hand"
        return verifier

    async def judge(verifier, headers, query=""):
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        try:
            claims = await verifier.authenticate({"headers": pairs, "query_string": query.encode()})
            return {"status": 200, "subject": claims["sub"], "sessionId": claims.get("sid")}
        except Refused as refused:
            return {"status": refused.status, "code": refused.code}

    def bearer(token):
        return [("Authorization", f"Bearer {token}")]

    with patch("time.time", lambda: now):
        for vector in vectors["tokens"]:
            if vector["keySet"] == "EdDSA":
                expect(vector["name"], await judge(create(), bearer(vector["token"])), vector["expected"])
        for vector in vectors["requests"]:
            got = await judge(create(), vector["headers"], vector.get("query", ""))
            wanted = {name: vector["expected"][name] for name in ("status", "code")}
            expect(vector["id"], got, wanted)
        for vector in vectors["errors"]:
            expect(vector["code"], ERRORS.get(vector["code"]), (vector["title"], vector["detail"]))
        for vector in vectors["digests"]:
            entry = to_entry(vector["issuer"], vector["kind"], vector["id"])
            expect(vector["text"], entry, vector["entry"])
        documents = {vector["name"]: vector for vector in vectors["documents"]}
        for name, vector in documents.items():
            try:
                await create().feed.apply(vector["document"], now)
                expect(name, True, vector["accepted"])
            except (ValueError, Refused, jwt.InvalidTokenError):
                expect(name, False, vector["accepted"])
        for vector in vectors["revocations"]:
            verifier = create()
            await verifier.feed.apply(documents[vector["document"]]["document"], now)
            got = await judge(verifier, bearer(vector["token"]))
            expect(vector["name"], got, {name: vector["expected"][name] for name in got})

    print("\n".join(faults) or "Every vector comes out as it should.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
