#!/usr/bin/env bash
# The whole job by hand, against a system that `npm start` brought up.
set -euo pipefail
WEB=${WEB:-http://localhost:3000}
API=${API:-http://localhost:8000}
cd "$(mktemp -d)"

# Sign in. The session lives in a cookie that only the web app reads.
curl -sS -o /dev/null -w 'sign in: %{http_code}\n' -c cookies "$WEB/api/auth/sign-in/email" \
  -H 'Content-Type: application/json' \
  -d '{"email": "alice@example.com", "password": "alice-claimcheck"}'

# Get a token. It lives for 15 minutes, and only the API reads it.
TOKEN=$(curl -sS -b cookies "$WEB/api/auth/token" | sed 's/.*"token":"\([^"]*\)".*/\1/')

# With it, 200: the first of Alice's tasks.
curl -sS -w '\nwith the token: %{http_code}\n' "$API/api/me/tasks?limit=1" \
  -H "Authorization: Bearer $TOKEN"

# Without it, and with one that was tampered with, 401.
curl -sS -w '\nwithout a token: %{http_code}\n' "$API/api/me/tasks"
curl -sS -w '\ntampered with: %{http_code}\n' "$API/api/me/tasks" \
  -H "Authorization: Bearer ${TOKEN%????}AAAA"

# On somebody else's path, 403: decided before any query.
curl -sS -w '\nanother person: %{http_code}\n' "$API/api/somebody-else/tasks" \
  -H "Authorization: Bearer $TOKEN"
