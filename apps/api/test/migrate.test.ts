/** The command that migrates, as a process: what it prints, that two at once are no harm, and how it fails. */
import { expect, inject, it } from 'vitest'
import { createEmptyDatabase } from './_database.js'
import { runApi } from './_process.js'

const migrate = (env: Record<string, string>) => runApi(env, 'dist/src/migrate.js')

it('says what was done, once for two at a time, and in a sentence what is wrong', {
  timeout: 120_000,
}, async () => {
  const DATABASE_URL = await createEmptyDatabase(inject('databases')[0]?.url ?? '')
  const [gone, unset, ...both] = await Promise.all([
    migrate({ DATABASE_URL: 'postgres://x:hunter2@127.0.0.1:1/none' }),
    migrate({}),
    migrate({ DATABASE_URL }),
    migrate({ DATABASE_URL }),
  ])
  expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ])
  expect(both.map(({ stdout }) => stdout).sort()).toEqual([
    expect.stringMatching(/^Tasks \(DATABASE_URL\): 0001-tasks, .*0006-most-tasks/),
    'Tasks (DATABASE_URL): nothing to do.\n',
  ])
  expect(gone).toMatchObject({ code: 1, stdout: '' })
  expect(gone.stderr).toMatch(/^The database of DATABASE_URL cannot be reached[^\n]*\n$/)
  expect(unset).toMatchObject({ code: 1, stdout: '' })
  expect(unset.stderr).toMatch(/^TASKS_DATABASE_URL is missing[^\n]*\n$/)
})
