/** Counts what the test runners wrote down. */

import { readFile } from 'node:fs/promises'
import type { Exit } from '../process/child.js'

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** A sentence for each test that failed or passed only when tried again, and for failures that are no test's. */
  notes: string[]
}

/** The part of vitest's JSON report that counts. */
interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: VitestTest[] }[]
}

/** One that passed with messages of failures did so only when tried again. */
interface VitestTest {
  status: string
  fullName: string
  failureMessages: string[]
}

/** The part of Playwright's JSON report that counts; a flaky test passed only when tried again. */
interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  suites: PlaywrightSuite[]
  errors: unknown[]
}

interface PlaywrightSuite {
  specs: { title: string; file: string; line: number; tests: { status: string }[] }[]
  suites?: PlaywrightSuite[]
}

export async function readVitest(path: string, exit: Exit): Promise<Tally> {
  const report = await readReport<VitestReport>(path)
  if (report === undefined) return tallyCrash('vitest', exit)
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const tally: Tally = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    notes: [
      ...broken.map(({ name }) => `${name} did not run.`),
      ...report.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults.flatMap(({ status, fullName, failureMessages }) => {
          if (status === 'failed') return [`Failed: ${name} › ${fullName}`]
          if (status === 'passed' && failureMessages.length > 0) {
            return [`Passed only when tried again: ${name} › ${fullName}`]
          }
          return []
        }),
      ),
    ],
  }
  return checkEnd('vitest', exit, tally)
}

export async function readPlaywright(path: string, exit: Exit): Promise<Tally> {
  const report = await readReport<PlaywrightReport>(path)
  if (report === undefined) return tallyCrash('Playwright', exit)
  const { expected, unexpected, flaky, skipped } = report.stats
  const tally: Tally = {
    passed: expected + flaky,
    failed: unexpected + report.errors.length,
    skipped,
    notes: [
      ...report.errors.map(() => 'Playwright met an error outside of its tests.'),
      ...report.suites.flatMap(listNotes),
    ],
  }
  return checkEnd('Playwright', exit, tally)
}

function listNotes({ specs, suites = [] }: PlaywrightSuite): string[] {
  const own = specs.flatMap(({ title, file, line, tests }) =>
    tests.flatMap(({ status }) => {
      if (status === 'unexpected') return [`Failed: ${file}:${line} › ${title}`]
      if (status === 'flaky') return [`Passed only when tried again: ${file}:${line} › ${title}`]
      return []
    }),
  )
  return [...own, ...suites.flatMap(listNotes)]
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.reduce((sum, tally) => sum + tally.skipped, 0),
    notes: tallies.flatMap((tally) => tally.notes),
  }
}

/** A runner that ran nothing, or says it failed though no test did, has failed itself. */
function checkEnd(runner: string, exit: Exit, tally: Tally): Tally {
  if (tally.failed > 0) return tally
  if (tally.passed === 0) return addTallies([tally, tallyFailure(`${runner} ran no test.`)])
  if (exit.code === 0) return tally
  return addTallies([tally, tallyCrash(runner, exit)])
}

function tallyCrash(runner: string, { code, signal }: Exit): Tally {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`
  return tallyFailure(`${runner} ended ${how} before all was well.`)
}

/** One failure that is no test's. */
export function tallyFailure(note: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, notes: [note] }
}

async function readReport<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (isAbsent || error instanceof SyntaxError) return undefined
    throw error
  }
}
