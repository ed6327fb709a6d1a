import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addTallies, readPlaywright, readVitest } from './results.js'

let folder: string
const well = { code: 0, signal: null }
const badly = { code: 1, signal: null }
const killed = { code: null, signal: 'SIGKILL' as const }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimcheck-results-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the count of vitest', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 }
  const passed = { status: 'passed', fullName: 'a holds', failureMessages: [] }
  const retried = { ...passed, fullName: 'b holds', failureMessages: ['Error: no'] }
  const failed = { status: 'failed', fullName: 'c holds', failureMessages: ['Error: no'] }
  const file = { name: 'a.test.ts', status: 'passed', assertionResults: [passed] }
  const unloaded = { name: 'b.test.ts', status: 'failed', assertionResults: [] }
  const failing = { name: 'c.test.ts', status: 'failed', assertionResults: [retried, failed] }

  test.each([
    ['a run in which all went well', { ...report, testResults: [file] }, well, [3, 0, 2]],
    [
      'a failed test once',
      { ...report, numFailedTests: 1, testResults: [failing] },
      badly,
      [3, 1, 2],
    ],
    ['a file that did not load', { ...report, testResults: [file, unloaded] }, badly, [3, 1, 2]],
    ['a run that says it failed', { ...report, testResults: [file] }, badly, [3, 1, 2]],
    ['a run that was killed', { ...report, testResults: [file] }, killed, [3, 1, 2]],
    ['a run of nothing', { ...report, numPassedTests: 0, testResults: [] }, well, [0, 1, 2]],
    ['a report that is not there', undefined, well, [0, 1, 0]],
    ['half a report', '{"numPassedTests":', killed, [0, 1, 0]],
  ])('takes %s for what it is', async (_, content, exit, [passed, failed, skipped]) => {
    expect(await readVitest(await write(content), exit)).toMatchObject({ passed, failed, skipped })
  })

  test('names what failed, and what passed only when tried again', async () => {
    const content = { ...report, numFailedTests: 1, testResults: [file, failing] }
    expect((await readVitest(await write(content), badly)).notes).toEqual([
      'Passed only when tried again: c.test.ts › b holds',
      'Failed: c.test.ts › c holds',
    ])
  })
})

describe('the count of Playwright', () => {
  const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 1 }
  const suites = [listSuite('expected')]

  test.each([
    ['a run in which all went well', { stats, suites, errors: [] }, well, [2, 0, 1]],
    ['a failed test', { stats: { ...stats, unexpected: 1 }, suites, errors: [] }, badly, [2, 1, 1]],
    [
      'a test that passed at the second try',
      { stats: { ...stats, flaky: 1 }, suites, errors: [] },
      well,
      [3, 0, 1],
    ],
    [
      'a server that did not start',
      { stats: { ...stats, expected: 0 }, suites, errors: [{}] },
      badly,
      [0, 1, 1],
    ],
    ['a run of nothing', { stats: { ...stats, expected: 0 }, suites, errors: [] }, well, [0, 1, 1]],
    ['a report that is not there', undefined, badly, [0, 1, 0]],
  ])('takes %s for what it is', async (_, content, exit, [passed, failed, skipped]) => {
    const tally = await readPlaywright(await write(content), exit)
    expect(tally).toMatchObject({ passed, failed, skipped })
  })

  test('names what failed, and what passed only when tried again', async () => {
    const nested = [{ specs: [], suites: [listSuite('unexpected'), listSuite('flaky')] }]
    const content = {
      stats: { ...stats, unexpected: 1, flaky: 1 },
      suites: [...suites, ...nested],
      errors: [],
    }
    expect((await readPlaywright(await write(content), badly)).notes).toEqual([
      'Failed: a.spec.ts:7 › unexpected',
      'Passed only when tried again: a.spec.ts:7 › flaky',
    ])
  })
})

function listSuite(status: string) {
  return { specs: [{ title: status, file: 'a.spec.ts', line: 7, tests: [{ status }] }] }
}

test('counts are added up and every note is kept', () => {
  const one = { passed: 1, failed: 2, skipped: 3, notes: ['a'] }
  const sum = { passed: 2, failed: 4, skipped: 6, notes: ['a', 'a'] }
  expect(addTallies([one, one])).toEqual(sum)
})

async function write(content: object | string | undefined): Promise<string> {
  const path = join(folder, `${Math.random()}.json`)
  if (content === undefined) return path
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
