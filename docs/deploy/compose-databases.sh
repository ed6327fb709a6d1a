#!/bin/sh
# Makes the two databases and their logins; each app does the rest when it starts.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
  --set auth="$CLAIMCHECK_AUTH_PASSWORD" \
  --set tasks="$CLAIMCHECK_TASKS_PASSWORD" \
  --set api="$CLAIMCHECK_API_PASSWORD" <<'SQL'
create role claimcheck_auth login password :'auth';
create database claimcheck_auth owner claimcheck_auth;
-- The owner makes the role that requests run as.
create role claimcheck_tasks login createrole password :'tasks';
create database claimcheck_tasks owner claimcheck_tasks;
-- Serves requests, and owns nothing.
create role claimcheck_api login password :'api';
grant connect on database claimcheck_tasks to claimcheck_api;
SQL
