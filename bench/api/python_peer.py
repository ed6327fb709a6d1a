"""The peer in Python: FastAPI, PyJWT on every request, asyncpg with a prepared statement."""

import json
import os
import urllib.request

import asyncpg
import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

setup = json.loads(os.environ["SETUP"])
COLUMNS = """user_id, id, title, notes, completed, completed_at, priority, due_on, created_at,
  updated_at, deleted_at, version"""
PAGE = f"""select {COLUMNS} from bench.tasks where user_id = $1 and deleted_at is null
  order by created_at desc, id desc limit 21"""

app = FastAPI()
keys = {}
pool = None


@app.on_event("startup")
async def start():
    global pool
    pool = await asyncpg.create_pool(
        setup["databaseUrl"], min_size=0, max_size=10, max_inactive_connection_lifetime=0.5
    )
    with urllib.request.urlopen(f"{setup['issuer']}/api/auth/jwks") as answer:
        keys.update({key["kid"]: jwt.PyJWK(key).key for key in json.load(answer)["keys"]})


async def subject(request: Request) -> str:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(
            token, key, algorithms=["EdDSA"], audience=setup["audience"], issuer=setup["issuer"]
        )
    except (jwt.InvalidTokenError, KeyError):
        raise HTTPException(401) from None
    return claims["sub"]


@app.get("/api/{user_id}/tasks")
async def tasks(user_id: str, limit: int = 20, person: str = Depends(subject)):
    async with pool.acquire() as connection:
        rows = await connection.fetch(PAGE, person)
    return JSONResponse({"tasks": [to_task(row) for row in rows[:limit]], "nextCursor": None})


def to_task(row):
    return {
        "id": str(row["id"]),
        "userId": row["user_id"],
        "title": row["title"],
        "notes": row["notes"],
        "completed": row["completed"],
        "completedAt": to_text(row["completed_at"]),
        "priority": row["priority"],
        "dueOn": to_text(row["due_on"]),
        "createdAt": to_text(row["created_at"]),
        "updatedAt": to_text(row["updated_at"]),
        "deletedAt": to_text(row["deleted_at"]),
        "version": row["version"],
    }


def to_text(value):
    return None if value is None else value.isoformat()


uvicorn.run(app, host="127.0.0.1", port=setup["port"], log_level="error", access_log=False)
