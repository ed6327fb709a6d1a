/**
 * A model of issuer, network and API under random faults: documents that are lost, late, repeated or out of order, rows
 * that commit late, tokens minted while a revocation commits, restarts, clocks 30 s apart. What the API remembers is
 * the library's own code. Each planted fault is a design that somebody has shipped; the model must catch it.
 */
import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { REVOCATIONS_AUDIENCE, type RevocationDocument } from '../src/contract.js'
import { toEntryKey } from '../src/feed/entry-table.js'
import { createRevokedEntries, type RevokedEntries } from '../src/feed/revoked-entries.js'

const LIFETIME = 15 * 60_000
const ISSUER_RETENTION = LIFETIME + 90_000
const SESSIONS = ['phone', 'laptop', 'tablet'] as const

type Fault =
  | 'cursor instead of snapshot'
  | 'cut-off by iat alone'
  | 'replacing instead of adding'
  | 'retention too short'
  | 'a restart that forgets'

type Step =
  | { readonly do: 'pass'; readonly milliseconds: number }
  | { readonly do: 'mint'; readonly session: number; readonly takes: number }
  | { readonly do: 'revoke'; readonly session: number; readonly commitsAfter: number }
  | {
      readonly do: 'ask'
      readonly arrivesAfter: number
      readonly again: number | null
      readonly lost: boolean
    }
  | { readonly do: 'restart' }

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        milliseconds: fc.constantFrom(100, 700, 5_000, 40_000, 400_000, 1_100_000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('mint' as const),
        session: fc.nat(2),
        takes: fc.constantFrom(0, 300, 1_500),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('revoke' as const),
        session: fc.nat(2),
        commitsAfter: fc.constantFrom(0, 200, 2_500),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        arrivesAfter: fc.constantFrom(0, 300, 8_000, 30_000),
        again: fc.option(fc.constantFrom(1_000, 20_000, 50_000)),
        lost: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
  { minLength: 5, maxLength: 40 },
)
const skew = fc.constantFrom(-30_000, 0, 30_000)

interface Token {
  readonly session: string
  /** Seconds, by the clock of the issuer. */
  readonly issuedAt: number
  readonly expiresAt: number
}

interface Row {
  readonly id: number
  readonly session: string
  readonly revokedAt: number
  readonly committedAt: number
}

/** A world with one issuer and one API; `fault` replaces one decision by a worse one. */
function createWorld(apiSkew: number, fault: Fault | null) {
  let now = 1_800_000_000_000
  let nextRow = 1
  let cursor = 0
  const retention = fault === 'retention too short' ? 60_000 : ISSUER_RETENTION
  const rows: Row[] = []
  const tokens: Token[] = []
  const events: { at: number; run: () => void }[] = []
  let entries = createEntries()
  let stored: RevocationDocument | null = null
  /** Revocations of which the API has applied a document: from then on their tokens must be refused. */
  const promised: Row[] = []

  return { take, findBreach }

  function take(step: Step): void {
    if (step.do === 'pass') pass(step.milliseconds)
    else if (step.do === 'mint') mint(toSession(step.session), step.takes)
    else if (step.do === 'revoke') revoke(toSession(step.session), step.commitsAfter)
    else if (step.do === 'ask') ask(step)
    else restart()
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

  /** The session is looked up now, and the token signed a little later: whatever happened in between. */
  function mint(session: string, takes: number): void {
    if (rows.some((row) => row.session === session && row.committedAt <= now)) return
    events.push({
      at: now + takes,
      run() {
        const issuedAt = Math.floor(now / 1_000)
        tokens.push({ session, issuedAt, expiresAt: issuedAt + LIFETIME / 1_000 })
      },
    })
    if (takes === 0) pass(0)
  }

  function revoke(session: string, commitsAfter: number): void {
    rows.push({ id: nextRow, session, revokedAt: now, committedAt: now + commitsAfter })
    nextRow += 1
  }

  function ask({ arrivesAfter, again, lost }: Extract<Step, { do: 'ask' }>): void {
    const visible = rows.filter(
      (row) => row.committedAt <= now && now - row.committedAt <= retention,
    )
    const named =
      fault === 'cursor instead of snapshot' ? visible.filter(({ id }) => id > cursor) : visible
    const document = toDocument(named, now)
    if (lost) return
    const deliver = () => {
      if (fault === 'cursor instead of snapshot')
        cursor = Math.max(cursor, ...named.map(({ id }) => id))
      receive(document, visible)
    }
    events.push({ at: now + arrivesAfter, run: deliver })
    if (again !== null)
      events.push({ at: now + arrivesAfter + again, run: () => receive(document, visible) })
    pass(0)
  }

  function receive(document: RevocationDocument, visible: readonly Row[]): void {
    const apiNow = now + apiSkew
    // As the follower does: an answer is given up after 7 s, and a document ages out after 60 s.
    if (apiNow / 1_000 - document.iat > 60 || document.iat > apiNow / 1_000 + 60) return
    if (fault === 'replacing instead of adding') entries = createEntries()
    const isNewest = entries.add(document, apiNow)
    if (isNewest) stored = document
    promised.push(...visible)
  }

  /** What was stored is applied; what had been kept only in memory is owed no longer. */
  function restart(): void {
    entries = createEntries()
    const kept = new Set(stored?.sids)
    promised.splice(0, promised.length, ...promised.filter(({ session }) => kept.has(session)))
    if (stored !== null && fault !== 'a restart that forgets') entries.add(stored, now + apiSkew)
  }

  /** A token that the API accepts although it was told, before, that its session has ended. */
  function findBreach(): Token | undefined {
    const apiNow = (now + apiSkew) / 1_000
    return tokens.find(
      (token) =>
        apiNow < token.expiresAt + 5 &&
        !entries.has(toMarks(token)) &&
        promised.some((row) => row.session === token.session),
    )
  }

  function toDocument(named: readonly Row[], at: number): RevocationDocument {
    const iat = Math.floor(at / 1_000)
    const isByTime = fault === 'cut-off by iat alone'
    const cutOff = Math.max(0, ...named.map((row) => Math.ceil(row.committedAt / 1_000)))
    return {
      iss: 'https://issuer.test',
      aud: REVOCATIONS_AUDIENCE,
      iat,
      exp: iat + 60,
      sids: isByTime ? [] : named.map(({ session }) => session),
      subs: [],
      notBefore: isByTime ? cutOff : 0,
    }
  }

  function createEntries(): RevokedEntries {
    const real = createRevokedEntries()
    if (fault !== 'retention too short') return real
    // Forgets a minute after the last document, as the issuer forgets a minute after the fact.
    const seen = new Map<string, number>()
    return {
      ...real,
      add(document, at) {
        for (const sid of document.sids) seen.set(toEntryKey(sid).join(), at)
        for (const [sid, last] of seen) if (at - last > 60_000) seen.delete(sid)
        return real.add({ ...document, sids: [] }, at)
      },
      has: (marks) => marks.sid !== null && seen.has(marks.sid.join()),
    }
  }
}

function toMarks({ session, issuedAt }: Token) {
  return { sid: toEntryKey(session), sub: 'person', issuedAt }
}

function toSession(index: number): string {
  return SESSIONS[index] ?? 'phone'
}

function check(fault: Fault | null, runs: number) {
  return fc.check(
    fc.property(skew, steps, (apiSkew, taken) => {
      const world = createWorld(apiSkew, fault)
      for (const step of taken) {
        world.take(step)
        expect(world.findBreach()).toBeUndefined()
      }
    }),
    { numRuns: runs },
  )
}

describe('the model of issuer, network and API', () => {
  it('the model finds no accepted token past the bound in thousands of runs', () => {
    const { failed, counterexample } = check(null, inject('isLong') ? 10_000 : 2_000)
    expect(counterexample).toBeNull()
    expect(failed).toBe(false)
  })

  it.each<Fault>([
    'cursor instead of snapshot',
    'cut-off by iat alone',
    'replacing instead of adding',
    'retention too short',
    'a restart that forgets',
  ])('the model catches %s', (fault) => {
    expect(check(fault, 10_000).failed).toBe(true)
  })
})
