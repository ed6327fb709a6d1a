# Sign up; the session lives in a cookie of the app.
curl -sS -o /dev/null -w 'sign up: %{http_code}\n' -c cookies "$APP/api/auth/sign-up/email" \
  -H 'Content-Type: application/json' -H "Origin: $APP" \
  -d '{"name": "Ada", "email": "ada@example.com", "password": "a long password"}'

# Get a token, and call the API with it, and without.
TOKEN=$(curl -sS -b cookies "$APP/api/auth/token" | sed 's/.*"token":"\([^"]*\)".*/\1/')
curl -sS -o /dev/null -w 'with the token: %{http_code}\n' "$API/api/me" -H "Authorization: Bearer $TOKEN"
curl -sS -o /dev/null -w 'without a token: %{http_code}\n' "$API/api/me"

# Sign out. Two seconds later the API refuses the token, which would have lived for 15 minutes.
curl -sS -o /dev/null -w 'sign out: %{http_code}\n' -b cookies -X POST "$APP/api/auth/sign-out" \
  -H 'Content-Type: application/json' -H "Origin: $APP" -d '{}'
sleep 2
curl -sS -w '\nafter signing out: %{http_code}\n' "$API/api/me" -H "Authorization: Bearer $TOKEN"
