import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from './_fixtures.js'

const script = fileURLToPath(new URL('../../../docs/walkthrough.sh', import.meta.url))

test('the walk through by curl says what the README says', async ({ baseURL, apiURL }) => {
  const { stdout } = await promisify(execFile)('bash', [script], {
    env: { ...process.env, WEB: baseURL ?? '', API: apiURL },
  })
  const statuses = stdout.match(/^[a-z ]+: \d{3}$/gm)
  expect(statuses).toEqual([
    'sign in: 200',
    'with the token: 200',
    'without a token: 401',
    'tampered with: 401',
    'another person: 403',
  ])
  expect(stdout).toContain('"nextCursor"')
  expect(stdout).toContain('"code":"token_missing"')
  expect(stdout).toContain('"code":"signature_invalid"')
  expect(stdout).toContain('"code":"not_owner"')
})
