/**
 * A model of the manifest: two issuer processes on one database, a network that loses, delays, repeats and falsifies,
 * and
 * an API, with clocks of writers 5 s apart and rows that commit late. How spans are cut and what the API remembers is
 * the library's own code. Each planted fault is a design that would be simpler, and loses revocations or good tokens.
 */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { type Cell, createSpanTree, type Segment } from '../src/better-auth/span-tree.js'
import { toEntryKey } from '../src/feed/entry-table.js'
import { createRevokedEntries } from '../src/feed/revoked-entries.js'

const LIFETIME = 15 * 60_000
const RETENTION = LIFETIME + 90_000
const OVERLAP = 8_000
const CELL = 250
const SESSIONS = 5

type Fault =
  | 'a cursor that skips a late commit'
  | 'a segment trusted without its digest'
  | 'a manifest older than the last that takes its place'
  | 'a fallback to the document on a failure'

type Step =
  | { readonly do: 'pass'; readonly milliseconds: number }
  | { readonly do: 'mint'; readonly session: number }
  | {
      readonly do: 'revoke'
      readonly session: number
      readonly commitsAfter: number
      readonly clock: number
    }
  | {
      readonly do: 'ask'
      readonly process: number
      readonly arrivesAfter: number
      readonly again: number | null
      readonly fate: 'arrives' | 'lost' | 'falsified' | 'failed'
    }
  | { readonly do: 'restart'; readonly process: number }

const times = fc.constantFrom(100, 700, 2_000, 5_000, 40_000, 400_000, 1_100_000)
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), milliseconds: times }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('mint' as const), session: fc.nat(SESSIONS - 1) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('revoke' as const),
        // The last one never ends: its tokens must never be refused.
        session: fc.nat(SESSIONS - 2),
        commitsAfter: fc.constantFrom(0, 200, 2_400),
        clock: fc.constantFrom(-5_000, 0, 5_000),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        process: fc.nat(1),
        arrivesAfter: fc.constantFrom(0, 300, 8_000, 30_000),
        again: fc.option(fc.constantFrom(1_000, 20_000)),
        fate: fc.constantFrom('arrives', 'arrives', 'arrives', 'lost', 'falsified', 'failed'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restart' as const), process: fc.nat(1) }),
    },
  ),
  { minLength: 5, maxLength: 40 },
)

interface Token {
  readonly session: number
  readonly issuedAt: number
  readonly expiresAt: number
}

interface Row {
  readonly session: number
  readonly createdAt: number
  readonly committedAt: number
}

function toDigest(session: number): Buffer {
  return createHash('sha256').update(`session ${session}`).digest()
}

/** An issuer process: what it knows, and what it has named. */
function createProcess(rows: readonly Row[], fault: Fault | null) {
  const tree = createSpanTree({ entryBytes: 16, retention: RETENTION })
  const served = new Map<string, Buffer>()
  let lookedAt = 0
  let cursor = 0

  return {
    served,
    list(at: number): Segment[] {
      const isCursor = fault === 'a cursor that skips a late commit'
      const from = Math.max(0, Math.floor((isCursor ? cursor : lookedAt - OVERLAP) / CELL))
      const visible = rows.filter(
        ({ createdAt, committedAt }) => committedAt <= at && createdAt >= from * CELL,
      )
      tree.replace(from, Number.POSITIVE_INFINITY, toCells(visible))
      lookedAt = at
      cursor = Math.max(cursor, ...visible.map(({ createdAt }) => createdAt))
      const segments = tree.list(at)
      for (const { name, bytes } of segments) served.set(name, bytes)
      return segments
    },
  }
}

function toCells(rows: readonly Row[]): Map<number, Cell> {
  const cells = new Map<number, Row[]>()
  for (const row of rows) {
    const index = Math.floor(row.createdAt / CELL)
    cells.set(index, [...(cells.get(index) ?? []), row])
  }
  return new Map(
    [...cells].map(([index, found]) => {
      const digests = [...new Set(found.map(({ session }) => session))].map(toDigest)
      const until = Math.max(...found.map(({ createdAt }) => createdAt)) + RETENTION
      return [index, { entries: Buffer.concat(digests.sort(Buffer.compare)), until }]
    }),
  )
}

/** A world with two issuer processes and one API; `fault` replaces one decision by a worse one. */
function createWorld(fault: Fault | null) {
  let now = 1_800_000_000_000
  const rows: Row[] = []
  const tokens: Token[] = []
  const events: { at: number; run: () => void }[] = []
  const processes = [createProcess(rows, fault), createProcess(rows, fault)]
  let entries = createRevokedEntries()
  let held: { name: string; bytes: Buffer; start: number }[] = []
  let newest = 0
  /** Sessions of which the API has been told, all of them: their tokens must be refused from then on. */
  const promised = new Set<number>()

  return { take, findBreach }

  function take(step: Step): void {
    if (step.do === 'pass') pass(step.milliseconds)
    else if (step.do === 'mint') mint(step.session)
    else if (step.do === 'ask') ask(step)
    else if (step.do === 'restart') processes[step.process] = createProcess(rows, fault)
    else {
      const { session, commitsAfter, clock } = step
      rows.push({ session, createdAt: now + clock, committedAt: now + commitsAfter })
    }
  }

  function pass(milliseconds: number): void {
    const end = now + milliseconds
    for (;;) {
      events.sort((one, other) => one.at - other.at)
      const [next] = events
      if (next === undefined || next.at > end) break
      events.shift()
      now = Math.max(now, next.at)
      next.run()
    }
    now = end
  }

  function mint(session: number): void {
    if (rows.some((row) => row.session === session && row.committedAt <= now)) return
    const issuedAt = Math.floor(now / 1_000)
    tokens.push({ session, issuedAt, expiresAt: issuedAt + LIFETIME / 1_000 })
  }

  function ask({ process: index, arrivesAfter, again, fate }: Extract<Step, { do: 'ask' }>): void {
    const issuer = processes[index]
    if (fate === 'failed') fallBack()
    if (fate === 'failed' || issuer === undefined) return
    const at = now
    const segments = issuer.list(at)
    const sessions = rows.filter(
      ({ committedAt }) => committedAt <= at && at - committedAt < LIFETIME,
    )
    if (fate === 'lost') return
    const deliver = () => {
      if (receive(segments, at, issuer.served, fate === 'falsified'))
        for (const { session } of sessions) promised.add(session)
    }
    events.push({ at: at + arrivesAfter, run: deliver })
    if (again !== null) events.push({ at: at + arrivesAfter + again, run: deliver })
    pass(0)
  }

  /** Whether all of it could be applied. */
  function receive(
    listed: readonly Segment[],
    issuedAt: number,
    served: ReadonlyMap<string, Buffer>,
    isFalsified: boolean,
  ): boolean {
    if (now - issuedAt > 60_000) return false
    const found = listed.map(({ name, start, length }) => {
      const known =
        held.find((segment) => segment.name === name)?.bytes ?? merge(name, start, length)
      const bytes = known ?? fetchSegment(name, served, isFalsified)
      return bytes && { name, bytes, start, isNew: known === undefined }
    })
    const whole = found.filter((segment) => segment !== undefined)
    const isReplacing = fault === 'a manifest older than the last that takes its place'
    if (isReplacing) entries = createRevokedEntries()
    for (const { bytes, isNew } of whole) {
      if (isNew || isReplacing) entries.addSegment('sids', bytes, now)
    }
    if (whole.length < listed.length) return false
    entries.addManifest({ iat: issuedAt, notBefore: 0, retention: RETENTION / 1_000 }, now)
    if (issuedAt >= newest || isReplacing) held = whole
    newest = Math.max(newest, issuedAt)
    return true
  }

  function merge(name: string, start: number, length: number): Buffer | undefined {
    const parts = held.filter((part) => part.start >= start && part.start < start + length)
    const bytes = Buffer.concat(parts.map((part) => part.bytes))
    return toName(bytes) === name ? bytes : undefined
  }

  function fetchSegment(
    name: string,
    served: ReadonlyMap<string, Buffer>,
    isFalsified: boolean,
  ): Buffer | undefined {
    const good = served.get(name)
    const bytes = isFalsified && good ? Buffer.alloc(good.length, 1) : good
    const isTrusted = fault === 'a segment trusted without its digest'
    return bytes && (isTrusted || toName(bytes) === name) ? bytes : undefined
  }

  /** The document of a crowd: the newest session by name, and a brake that covers the others. */
  function fallBack(): void {
    if (fault !== 'a fallback to the document on a failure') return
    const visible = rows.filter(({ committedAt }) => committedAt <= now)
    const [, ...omitted] = visible.map(({ createdAt }) => createdAt).sort((a, b) => b - a)
    const [latest] = omitted
    if (latest === undefined) return
    const notBefore = Math.floor(latest / 1_000) + 6
    entries.addManifest({ iat: 0, notBefore, retention: RETENTION / 1_000 }, now)
  }

  /** A token that is accepted although its session is known to have ended, or refused although it has not. */
  function findBreach(): Token | undefined {
    return tokens.find(({ session, issuedAt, expiresAt }) => {
      if (now / 1_000 >= expiresAt + 5) return false
      const sid = toEntryKey(toDigest(session).toString('base64url'))
      const isRefused = entries.has({ sid, sub: 'person', issuedAt })
      return isRefused ? rows.every((row) => row.session !== session) : promised.has(session)
    })
  }
}

function toName(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
}

function check(fault: Fault | null, runs: number) {
  return fc.check(
    fc.property(steps, (taken) => {
      const world = createWorld(fault)
      for (const step of taken) {
        world.take(step)
        expect(world.findBreach()).toBeUndefined()
      }
    }),
    { numRuns: runs },
  )
}

describe('the model of the manifest', () => {
  it('the model of the manifest finds no token wrongly accepted or refused in thousands of runs', () => {
    const { failed, counterexample } = check(null, inject('isLong') ? 5_000 : 1_500)
    expect(counterexample).toBeNull()
    expect(failed).toBe(false)
  })

  it.each<Fault>([
    'a cursor that skips a late commit',
    'a segment trusted without its digest',
    'a manifest older than the last that takes its place',
    'a fallback to the document on a failure',
  ])('the model of the manifest catches %s', (fault) => {
    expect(check(fault, 5_000).failed).toBe(true)
  })
})
