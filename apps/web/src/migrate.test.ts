/** The command that migrates, as a process: what it prints, and how it fails. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, inject, it } from 'vitest'
import { createDatabase } from './auth/_app.js'

async function migrate(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/migrate.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      BETTER_AUTH_SECRET: 'a-secret-for-tests-that-is-long-enough',
      TRIAL: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

it('says what was done, and in a sentence what is wrong', { timeout: 120_000 }, async () => {
  const DATABASE_URL = await createDatabase(inject('databases')[0]?.url ?? '')
  const [done, unset] = await Promise.all([migrate({ DATABASE_URL }), migrate({})])
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Sign-in \(DATABASE_URL\): .*table session, table user/),
    stderr: '',
  })
  expect(unset).toMatchObject({ code: 1, stdout: '' })
  expect(unset.stderr).toMatch(/^AUTH_DATABASE_URL is missing[^\n]*\n$/)
})
