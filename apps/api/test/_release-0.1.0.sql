-- A database of release 0.1.0, prepared and used by one login; "request_role" stands for the role of its name.
CREATE SCHEMA claimcheck_tasks;
CREATE TABLE claimcheck_tasks.accounts (
    user_id text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    trash_since timestamp(3) with time zone,
    entry text,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT accounts_user_id_check CHECK ((user_id <> ''::text))
);
CREATE TABLE claimcheck_tasks.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
CREATE TABLE claimcheck_tasks.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);
CREATE TABLE claimcheck_tasks.tasks (
    user_id text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    title text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    completed boolean GENERATED ALWAYS AS ((completed_at IS NOT NULL)) STORED NOT NULL,
    completed_at timestamp(3) with time zone,
    priority smallint DEFAULT 0 NOT NULL,
    due_on date,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    version integer DEFAULT 1 NOT NULL,
    creation bytea NOT NULL,
    CONSTRAINT tasks_notes_check CHECK ((char_length(notes) <= 10000)),
    CONSTRAINT tasks_priority_check CHECK (((priority >= 0) AND (priority <= 3))),
    CONSTRAINT tasks_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 500))),
    CONSTRAINT tasks_user_id_check CHECK ((user_id <> ''::text)),
    CONSTRAINT tasks_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY claimcheck_tasks.tasks FORCE ROW LEVEL SECURITY;
INSERT INTO claimcheck_tasks.accounts VALUES ('ada', '2026-11-21 16:30:03.856+00', '2026-11-21 16:30:03.856+00', NULL, NULL);
INSERT INTO claimcheck_tasks.accounts VALUES ('bob', '2026-11-21 16:30:03.892+00', '2026-11-21 16:30:03.892+00', NULL, NULL);
INSERT INTO claimcheck_tasks.kysely_migration VALUES ('0001-tasks', '2026-11-21T16:30:03.775Z');
INSERT INTO claimcheck_tasks.kysely_migration VALUES ('0002-row-level-security', '2026-11-21T16:30:03.788Z');
INSERT INTO claimcheck_tasks.kysely_migration VALUES ('0003-indexes', '2026-11-21T16:30:03.798Z');
INSERT INTO claimcheck_tasks.kysely_migration VALUES ('0004-deleted-accounts', '2026-11-21T16:30:03.806Z');
INSERT INTO claimcheck_tasks.kysely_migration_lock VALUES ('migration_lock', 0);
INSERT INTO claimcheck_tasks.tasks VALUES ('ada', '00000000-0000-4000-8000-000000000001', 'Task 1 of ada', '', DEFAULT, NULL, 1, NULL, '2026-11-21 16:30:03.856+00', '2026-11-21 16:30:03.856+00', NULL, 1, '\xf35adefc9f76358604774564c96ac654e2e54811acd97317c124d9484b8caed1');
INSERT INTO claimcheck_tasks.tasks VALUES ('ada', '00000000-0000-4000-8000-000000000002', 'Task 2 of ada', '', DEFAULT, NULL, 2, '2026-12-24', '2026-11-21 16:30:03.856+00', '2026-11-21 16:30:03.856+00', NULL, 1, '\xe2057b30793f8d0016ad903b79b7bf49ce1ddf76f45118e525041e60a05777d0');
INSERT INTO claimcheck_tasks.tasks VALUES ('ada', '00000000-0000-4000-8000-000000000003', 'Task 3 of ada', '', DEFAULT, NULL, 3, NULL, '2026-11-21 16:30:03.856+00', '2026-11-21 16:30:03.856+00', '2026-11-21 16:30:03.856+00', 2, '\x2dde03b5bb8bd33a80fc81d867f244c1f475b3928d79c758f086eefb134795c6');
INSERT INTO claimcheck_tasks.tasks VALUES ('bob', '00000000-0000-4000-8000-000000000001', 'Task 1 of bob', '', DEFAULT, NULL, 1, NULL, '2026-11-21 16:30:03.892+00', '2026-11-21 16:30:03.892+00', NULL, 1, '\x5298295e3cef0e3f67f644d53a136e0679da0f214d69b99a2b532231cbe4c94c');
INSERT INTO claimcheck_tasks.tasks VALUES ('bob', '00000000-0000-4000-8000-000000000002', 'Task 2 of bob', '', DEFAULT, NULL, 2, '2026-12-24', '2026-11-21 16:30:03.892+00', '2026-11-21 16:30:03.892+00', NULL, 1, '\x5eefeebb24bd21a32f2b56ace92738fd23c14ba22f3f3b9b065903648fd4c3c9');
INSERT INTO claimcheck_tasks.tasks VALUES ('bob', '00000000-0000-4000-8000-000000000003', 'Task 3 of bob', '', DEFAULT, NULL, 3, NULL, '2026-11-21 16:30:03.892+00', '2026-11-21 16:30:03.892+00', '2026-11-21 16:30:03.892+00', 2, '\x772c65b087dfa714c2ad40f127170c1042a7c1400cbe9683e8e1ec01ac1222dd');
ALTER TABLE ONLY claimcheck_tasks.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY claimcheck_tasks.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY claimcheck_tasks.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY claimcheck_tasks.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (user_id, id);
CREATE INDEX accounts_by_entry ON claimcheck_tasks.accounts USING btree (entry) WHERE (deleted_at IS NULL);
CREATE INDEX accounts_deleted ON claimcheck_tasks.accounts USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX accounts_with_trash ON claimcheck_tasks.accounts USING btree (trash_since) WHERE (trash_since IS NOT NULL);
CREATE INDEX accounts_without_entry ON claimcheck_tasks.accounts USING btree (user_id) WHERE (entry IS NULL);
CREATE INDEX tasks_by_creation ON claimcheck_tasks.tasks USING btree (user_id, created_at, id, completed) WHERE (deleted_at IS NULL);
CREATE INDEX tasks_by_due_date ON claimcheck_tasks.tasks USING btree (user_id, (
CASE
    WHEN (due_on IS NULL) THEN 'infinity'::date
    ELSE due_on
END), id, completed) WHERE (deleted_at IS NULL);
CREATE INDEX tasks_by_due_date_backwards ON claimcheck_tasks.tasks USING btree (user_id, (
CASE
    WHEN (due_on IS NULL) THEN '-infinity'::date
    ELSE due_on
END), id, completed) WHERE (deleted_at IS NULL);
CREATE INDEX tasks_by_priority ON claimcheck_tasks.tasks USING btree (user_id, priority, id, completed) WHERE (deleted_at IS NULL);
CREATE INDEX tasks_by_update ON claimcheck_tasks.tasks USING btree (user_id, updated_at, id, completed) WHERE (deleted_at IS NULL);
CREATE INDEX tasks_in_trash ON claimcheck_tasks.tasks USING btree (user_id, deleted_at) WHERE (deleted_at IS NOT NULL);
ALTER TABLE ONLY claimcheck_tasks.tasks
    ADD CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES claimcheck_tasks.accounts(user_id);
ALTER TABLE claimcheck_tasks.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY living_account ON claimcheck_tasks.tasks AS RESTRICTIVE FOR INSERT WITH CHECK ((NOT (EXISTS ( SELECT
   FROM claimcheck_tasks.accounts a
  WHERE ((a.user_id = tasks.user_id) AND (a.deleted_at IS NOT NULL))))));
CREATE POLICY own_account ON claimcheck_tasks.accounts USING ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text))) WITH CHECK ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)));
CREATE POLICY own_tasks ON claimcheck_tasks.tasks USING ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text))) WITH CHECK ((user_id = NULLIF(current_setting('app.user_id'::text, true), ''::text)));
ALTER TABLE claimcheck_tasks.tasks ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA claimcheck_tasks TO request_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE claimcheck_tasks.accounts TO request_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE claimcheck_tasks.tasks TO request_role;
