import { describe, expect, it } from 'vitest'
import { toEntryKey } from './entry-table.js'
import { createRevokedEntries } from './revoked-entries.js'

const START = 1_800_000_000_000
const HOUR = 3_600
const marks = { sid: toEntryKey('A'.repeat(22)), sub: 'person', issuedAt: START / 1_000 }

/** Entries of a follower that hears from its issuer every half minute, on a driven clock. */
function follow() {
  const entries = createRevokedEntries()
  let at = START
  return {
    has: () => entries.has(marks),
    end: () => entries.addSegment('sids', new Uint8Array(16), at),
    pass(seconds: number, retention: number): void {
      for (const until = at + seconds * 1_000; at < until; ) {
        at += 30_000
        entries.addManifest({ iat: at / 1_000, notBefore: 0, retention }, at)
      }
    },
  }
}

describe('what is known to be revoked', () => {
  it('is kept for the retention that the issuer names, a third longer at the most, and then forgotten', () => {
    const entries = follow()
    entries.pass(60, 990)
    entries.end()
    entries.pass(990, 990)
    expect(entries.has()).toBe(true)
    entries.pass(600, 990)
    expect(entries.has()).toBe(false)
  })

  it('is kept for the largest retention of the last 24 hours, whatever is named since', () => {
    const entries = follow()
    entries.pass(60, 2 * HOUR)
    entries.pass(23 * HOUR, 990)
    entries.end()
    entries.pass(0.9 * HOUR, 990)
    expect(entries.has()).toBe(true)
    entries.pass(0.5 * HOUR, 990)
    expect(entries.has(), 'a day after the larger one was named').toBe(false)
  })
})
