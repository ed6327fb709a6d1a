#!/bin/sh
# Makes an environment of its own, installs what the example needs, and starts it: ISSUER, AUDIENCE and PORT name the rest.
set -e
cd "$(dirname "$0")"
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements.txt
exec .venv/bin/python app.py
