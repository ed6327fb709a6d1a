/**
 * The Postgres servers that database tests run on, started once for a whole run of vitest.
 *
 * Always the embedded Postgres 18; as well the server at TEST_DATABASE_URL, or the one at
 * 127.0.0.1:5432 when it lets us in. A test file gets them by
 *
 *     import { inject } from 'vitest'
 *     describe.each(inject('databases'))('on $name', ({ url }) => …)
 *
 * Each `url` leads to a maintenance database with a login made for this run, which may create
 * databases and roles and is no superuser: what the administrator of a managed Postgres has. Its
 * databases, and the roles it is a member of, are dropped after the run, so test files need not.
 */

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../postgres/embedded.js'
import { createTestLogin, findServer, type TestLogin } from './login.js'
import type { TestDatabase } from './provided-context.js'

interface Servers {
  databases: TestDatabase[]
  stop(): Promise<void>
}

interface Shared {
  users: number
  servers: Promise<Servers>
}

// Each project of the configuration runs this file in a module graph of its own.
const registry = globalThis as { [key: symbol]: Shared | undefined }
const key = Symbol.for('claimcheck.test-databases')

/** vitest calls this once per project that has tests to run; the projects share the servers. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  registry[key] ??= { users: 0, servers: startServers() }
  const shared = registry[key]
  shared.users++
  const { databases, stop } = await shared.servers
  project.provide('databases', databases)
  return async () => {
    shared.users--
    if (shared.users > 0) return
    registry[key] = undefined
    await stop()
  }
}

async function startServers(): Promise<Servers> {
  const found = await findServer(process.env)
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-test-'))
  // When root runs the tests, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const postgres = await startPostgres({ dataDir, durable: false })
  const embedded = await createTestLogin(postgres.url('postgres'))
  const other = found === undefined ? undefined : await createTestLogin(found.url)
  const databases = [nameServer(embedded, 'embedded')]
  if (found !== undefined && other !== undefined) databases.push(nameServer(other, found.origin))
  console.log(`Database tests run on ${databases.map(({ name }) => name).join(' and ')}.`)
  return { databases, stop }

  async function stop(): Promise<void> {
    await other?.drop()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function nameServer(login: TestLogin, origin: string): TestDatabase {
  return { name: `Postgres ${login.version} (${origin})`, url: login.url }
}
