/** Makes the databases of the embedded Postgres: one for each app, each with logins of its own. */

import { spawnSync } from 'node:child_process'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../process/start-error.js'
import type { PostgresBinary } from './binary.js'
import type { Passwords, Placement } from './placement.js'

const major = '18'

const access = `# Passwords only, and only from this machine.
host all all 127.0.0.1/32 scram-sha-256
`

/**
 * Creates the cluster at the first start, gives one of an older version what it lacks, and answers its folder. It is
 * made aside and renamed, so that a start that was interrupted is simply done again.
 */
export async function createCluster(
  { initdb, postgres }: PostgresBinary,
  { folder, user, passwords, keepPasswords }: Placement,
): Promise<string> {
  const data = join(folder, 'data')
  const found = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (found?.trim() === major) {
    if (keepPasswords !== undefined) {
      runSingle(data, listServingStatements(passwords.claimcheck_api))
      await keepPasswords()
    }
    return data
  }
  if (found !== undefined) {
    throw new StartError(
      `The data in ${data} belongs to Postgres ${found.trim()}; this is Postgres ${major}. ` +
        'Set DATA_DIR to another folder, or dump the data with the older version first.',
    )
  }
  const draft = join(folder, 'data.new')
  await rm(draft, { recursive: true, force: true })
  run(initdb, [...initdbArguments, '-D', draft], '')
  await writeFile(join(draft, 'pg_hba.conf'), access)
  runSingle(draft, listStatements(passwords))
  await keepPasswords?.()
  await rename(draft, data)
  return data

  function runSingle(cluster: string, statements: readonly string[]): void {
    const single = ['--single', '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic']
    run(postgres, [...single, '-D', cluster, 'postgres'], statements.join('\n'))
  }

  function run(command: string, args: string[], input: string): void {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    const done = spawnSync(command, args, { cwd: '/', env, input, encoding: 'utf8', ...user })
    if (done.status === 0) return
    throw new StartError(
      `Postgres could not make its databases and logins in ${folder}:\n${done.stderr}`,
    )
  }
}

/** The builtin locale knows upper and lower case of all of Unicode and needs nothing installed. */
const initdbArguments = [
  ...['--username', 'postgres', '--encoding', 'UTF8', '--auth', 'trust', '--no-instructions'],
  ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
]

/**
 * No login is a superuser, and none may enter the other app's database. The owner of the tasks makes the restricted
 * role that requests switch to, for which it may create roles.
 */
function listStatements(passwords: Passwords): string[] {
  return [
    `alter role postgres password '${passwords.postgres}';`,
    `create role claimcheck_auth login password '${passwords.claimcheck_auth}';`,
    `create role claimcheck_tasks login createrole password '${passwords.claimcheck_tasks}';`,
    'create database claimcheck_auth owner claimcheck_auth;',
    'create database claimcheck_tasks owner claimcheck_tasks;',
    'revoke all on database claimcheck_auth, claimcheck_tasks, postgres, template1 from public;',
    ...listServingStatements(passwords.claimcheck_api),
  ]
}

/** The login that serves requests: it may connect, and nothing else. Done a second time, they change the password. */
function listServingStatements(password: string): string[] {
  return [
    `do $$ begin if not exists (select from pg_roles where rolname = 'claimcheck_api') then create role claimcheck_api login; end if; end $$;`,
    `alter role claimcheck_api password '${password}';`,
    'grant connect on database claimcheck_tasks to claimcheck_api;',
    '',
  ]
}
