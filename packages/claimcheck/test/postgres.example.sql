-- Once, as an administrator: who owns the tables, who serves requests, and the role of a request.
create role notes_owner login password 'a-long-password';
create role notes_api login password 'another-long-password';
create role notes_person nologin;
grant notes_person to notes_api;
create database notes owner notes_owner;

-- As notes_owner, in that database: from here on these are your migrations.
revoke all on database notes from public;
grant connect on database notes to notes_api;
create schema app;
create table app.notes (
  user_id text not null check (user_id <> ''),
  id uuid not null default gen_random_uuid(),
  text text not null,
  primary key (user_id, id)
);
alter table app.notes enable row level security, force row level security;
create policy own_notes on app.notes
  using (user_id = nullif(current_setting('app.user_id', true), ''))
  with check (user_id = nullif(current_setting('app.user_id', true), ''));
grant usage on schema app to notes_person;
grant select, insert, update, delete on app.notes to notes_person;

-- To look whether it holds: this must name nobody but notes_api and notes_person, with nothing but false beside them.
select rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication,
  exists (select from pg_class where relowner = r.oid) as owns
from pg_roles r where pg_has_role('notes_api', r.oid, 'member');
