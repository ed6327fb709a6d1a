"""The smallest protected API on FastAPI: the same contract without the library. ./start.sh starts it."""

import os
import socket
import uuid

import uvicorn
from errors import ERRORS
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from verify import Refused, Verifier

ISSUER = os.environ.get("ISSUER", "https://app.example.com")
AUDIENCE = os.environ.get("AUDIENCE", "https://api.example.com")
ERROR_PAGE = "https://github.com/claimcheck/claimcheck/blob/main/docs/errors.md"

verifier = Verifier(ISSUER, AUDIENCE)
app = FastAPI()


async def subject(request: Request) -> str:
    """The person of the token, or Refused."""
    return (await verifier.authenticate(request.scope))["sub"]


@app.get("/api/me")
async def me(person: str = Depends(subject)):
    return {"subject": person}


@app.get("/api/{user_id}/notes")
async def notes(user_id: str, person: str = Depends(subject)):
    if user_id != person:
        raise Refused(403, "not_owner")
    return {"notes": [f"Only for {person}"]}


@app.exception_handler(Refused)
def refuse(_: Request, refused: Refused):
    headers = {"Cache-Control": "no-store"}
    if refused.code == "token_missing":
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    elif refused.status in (400, 401):
        error = "invalid_request" if refused.status == 400 else "invalid_token"
        headers["WWW-Authenticate"] = f'Bearer realm="api", error="{error}"'
    elif refused.status == 503:
        headers["Retry-After"] = "1"
    title, detail = ERRORS[refused.code]
    body = {
        "type": f"{ERROR_PAGE}#{refused.code}",
        "title": title,
        "status": refused.status,
        "code": refused.code,
        "detail": detail,
        "requestId": str(uuid.uuid4()),
    }
    return JSONResponse(body, refused.status, headers, media_type="application/problem+json")


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "8000"))))
    print(f"Listening at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
