import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/embedded.js'
import { findFreePort } from '../process/port.js'
import { root } from '../start/data-dir.js'
import { adopt } from './adoption.js'

let folder: string
let postgres: Postgres

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimcheck-adoption-'))
  await chmod(folder, 0o711)
  postgres = await startPostgres({ dataDir: join(folder, 'data'), durable: false })
  // What the page installs is installed here already.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})

afterAll(async () => {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

test('whoever follows the five-minutes page is let in, and refused after signing out', async () => {
  const installed: string[] = []
  const { printed, steps } = await adopt({
    folder,
    page: await readFile(join(root, 'docs/five-minutes.md'), 'utf8'),
    databaseUrl: postgres.url('claimcheck_auth'),
    ports: { app: await findFreePort(), api: await findFreePort() },
    install: async (_, packages) => void installed.push(...packages),
  })
  expect(installed.filter((name) => name === 'claimcheck')).toHaveLength(2)
  expect(steps.map(({ title }) => title)).toContain('app: node migrate.js')
  expect(printed.match(/^[a-z ]+: \d{3}$/gm)).toEqual([
    'sign up: 200',
    'with the token: 200',
    'without a token: 401',
    'sign out: 200',
    'after signing out: 401',
  ])
  expect(printed).toContain('"code":"token_revoked"')
})
