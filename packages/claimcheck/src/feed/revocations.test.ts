import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, driveTime, releaseTime, settle } from '../_driven-time.js'
import { type AuthErrorCode, createVerifier, type VerifierEvent } from '../index.js'
import { createTestIssuer, type TestIssuer } from '../testing/index.js'
import { createRevokedEntries } from './revoked-entries.js'

beforeEach(driveTime)
afterEach(releaseTime)

interface Started {
  readonly issuer: TestIssuer
  readonly events: VerifierEvent[]
  verdict(token: string): Promise<AuthErrorCode | 'accepted'>
  restart(): Promise<Started>
}

type Options = {
  whenStale?: 'accept' | 'refuse'
  store?: { get(): string | null; set(text: string): void }
}

async function start(options: Options = {}, given?: TestIssuer): Promise<Started> {
  const issuer = given ?? (await createTestIssuer())
  const events: VerifierEvent[] = []
  const verifier = createVerifier({
    ...issuer.options,
    staleIfError: 24 * 3_600_000,
    revocations: options,
    on: (event) => events.push(event),
  })
  await verifier.ready().catch(() => undefined)
  return {
    issuer,
    events,
    verdict: (token) =>
      verifier.verify(token).then(
        () => 'accepted',
        (error) => error.code,
      ),
    restart: () => start(options, issuer),
  }
}

function down(): Promise<Response> {
  return Promise.reject(new TypeError('fetch failed'))
}

describe('a revoked', () => {
  it('session is refused within a second, and another of the same person is not', async () => {
    const { issuer, verdict } = await start()
    const phone = await issuer.sign({ sub: 'alice', sid: 'phone' })
    const laptop = await issuer.sign({ sub: 'alice', sid: 'laptop' })
    expect(await verdict(phone)).toBe('accepted')
    await issuer.feed.revokeSession('phone')
    await advance(1_000)
    expect(await verdict(phone)).toBe('token_revoked')
    expect(await verdict(laptop)).toBe('accepted')
  })

  it('person is refused in every session, also with tokens issued later', async () => {
    const { issuer, verdict } = await start()
    await issuer.feed.revokeSubject('alice')
    await advance(1_000)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 's' }))).toBe('token_revoked')
    expect(await verdict(await issuer.sign({ sub: 'alice' }))).toBe('token_revoked')
    expect(await verdict(await issuer.sign({ sub: 'bob', sid: 's' }))).toBe('accepted')
  })

  it('past is refused by notBefore, and tokens issued from then on are not', async () => {
    const { issuer, verdict } = await start()
    const before = await issuer.sign({ sub: 'alice', sid: 's' })
    const notBefore = Math.floor(Date.now() / 1_000) + 1
    issuer.feed.refuseBefore(notBefore)
    await advance(1_000)
    expect(await verdict(before)).toBe('token_revoked')
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 's', iat: notBefore }))).toBe(
      'accepted',
    )
  })

  it('session stays refused for as long as any of its tokens could live, and is then forgotten', async () => {
    const { issuer, verdict } = await start()
    await issuer.feed.revokeSession('s')
    await advance(1_000)
    issuer.feed.forget()
    vi.setSystemTime(Date.now() + 24 * 3_600_000)
    await advance(2_000)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 's' }))).toBe('token_revoked')
    vi.setSystemTime(Date.now() + 9 * 3_600_000)
    await advance(2_000)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 's' }))).toBe('accepted')
  })
})

describe('a document that is', () => {
  it.each<[string, (issuer: TestIssuer) => Promise<string>]>([
    ['an access token', (issuer) => issuer.sign({ sub: 'alice' })],
    [
      'signed by somebody else',
      async (issuer) => (await createTestIssuer({ issuer: issuer.options.issuer })).feed.sign(),
    ],
    ['of another issuer', (issuer) => signFeed(issuer, { iss: 'https://other.test' })],
    ['for another audience', (issuer) => signFeed(issuer, { aud: 'https://api.test' })],
    ['without lists', (issuer) => signFeed(issuer, { sids: undefined })],
    ['from the future', (issuer) => signFeed(issuer, { iat: Date.now() / 1_000 + 120 })],
    ['older than a minute', (issuer) => signFeed(issuer, { iat: Date.now() / 1_000 - 120 })],
    ['padded', async (issuer) => `${await signFeed(issuer, {})}==`],
    ['padded within', async (issuer) => (await signFeed(issuer, {})).replace('.', '=.')],
    ['broken into lines', async (issuer) => (await signFeed(issuer, {})).replace(/.{76}/g, '$&\n')],
    ['garbage', async () => 'garbage'],
  ])('%s proves nothing', async (_, make) => {
    const { issuer, verdict, events } = await start()
    const text = await make(issuer)
    issuer.feed.answerWith(() => new Response(text))
    await advance(40_000)
    expect(events.map(({ type }) => type)).toContain('revocations_failed')
    expect(events.map(({ type }) => type)).toContain('revocations_stale')
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'named-by-it' }))).toBe('accepted')
  })

  it('replayed or late takes nothing back, and does not keep the list fresh for longer than a minute', async () => {
    const { issuer, verdict, events } = await start({ whenStale: 'refuse' })
    const old = await issuer.feed.sign()
    await advance(2_000)
    await issuer.feed.revokeSession('s')
    await advance(1_000)
    issuer.feed.answerWith(() => new Response(old))
    await advance(20_000)
    const ended = await issuer.sign({ sub: 'alice', sid: 's' })
    expect(await verdict(ended)).toBe('token_revoked')
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'other' }))).toBe('accepted')
    await advance(45_000)
    expect(events.map(({ type }) => type)).toContain('revocations_stale')
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'other' }))).toBe(
      'revocations_stale',
    )
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 's' }))).toBe('token_revoked')
  })

  it('a feed is not accepted as an access token', async () => {
    const { issuer, verdict } = await start()
    expect(await verdict(await issuer.feed.sign())).toBe('token_malformed')
  })
})

describe('a feed that is down', () => {
  it.each([
    ['accept', 29_000, 'accepted', false],
    ['accept', 31_000, 'accepted', true],
    ['accept', 61_000, 'accepted', true],
    ['refuse', 29_000, 'accepted', false],
    ['refuse', 31_000, 'accepted', true],
    ['refuse', 61_000, 'revocations_stale', true],
  ] as const)('under %s for %d ms: %s', async (whenStale, milliseconds, expected, isAlarmed) => {
    const { issuer, verdict, events } = await start({ whenStale })
    const token = await issuer.sign({ sub: 'alice', sid: 's' })
    issuer.feed.answerWith(down)
    await advance(milliseconds)
    expect(await verdict(token)).toBe(expected)
    expect(events.some(({ type }) => type === 'revocations_stale')).toBe(isAlarmed)
    issuer.feed.answerWith(null)
    await advance(2_000)
    expect(await verdict(token)).toBe('accepted')
    expect(events.some(({ type }) => type === 'revocations_fresh')).toBe(isAlarmed)
  })

  it('delivers what it missed within two seconds of its return', async () => {
    const { issuer, verdict } = await start()
    const token = await issuer.sign({ sub: 'alice', sid: 's' })
    issuer.feed.answerWith(down)
    await advance(120_000)
    await issuer.feed.revokeSession('s')
    issuer.feed.answerWith(null)
    await advance(2_000)
    expect(await verdict(token)).toBe('token_revoked')
  })

  it('holds good tokens back for two seconds at start, no longer', async () => {
    const issuer = await createTestIssuer()
    issuer.feed.answerWith(() => new Promise(() => undefined))
    const verifier = createVerifier({ ...issuer.options, revocations: {} })
    let outcome = 'waiting'
    void verifier.verify(await issuer.sign({ sub: 'alice', sid: 's' })).then(() => {
      outcome = 'accepted'
    })
    await advance(1_900)
    expect(outcome).toBe('waiting')
    await advance(200)
    expect(outcome).toBe('accepted')
  })

  it('does not hold back a refusal', async () => {
    const issuer = await createTestIssuer()
    issuer.feed.answerWith(() => new Promise(() => undefined))
    const verifier = createVerifier({ ...issuer.options, revocations: {} })
    const expired = await issuer.sign({ sub: 'alice', sid: 's' }, { expiresIn: -60 })
    await expect(verifier.verify(expired)).rejects.toMatchObject({ code: 'token_expired' })
  })
})

describe('a store', () => {
  it('keeps what was revoked through a restart while the issuer is away', async () => {
    let text: string | null = null
    const store = {
      get: () => text,
      set(next: string) {
        text = next
      },
    }
    const { issuer, restart } = await start({ store })
    await issuer.feed.revokeSession('s')
    await advance(1_000)
    issuer.feed.answerWith(down)
    const restarting = restart()
    await advance(3_000)
    const again = await restarting
    expect(await again.verdict(await issuer.sign({ sub: 'alice', sid: 's' }))).toBe('token_revoked')
    expect(await again.verdict(await issuer.sign({ sub: 'alice', sid: 't' }))).toBe('accepted')
  })

  it('with a forged document is left aside', async () => {
    const issuer = await createTestIssuer()
    const forger = await createTestIssuer()
    await forger.feed.revokeSession('s')
    const forged = await forger.feed.sign()
    const store = { get: () => forged, set: () => undefined }
    const { verdict, events } = await start({ store }, issuer)
    await advance(1_000)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 's' }))).toBe('accepted')
    expect(events.map(({ type }) => type)).toContain('store_failed')
  })
})

it('is back to its first size once every entry is past its retention', () => {
  const entries = createRevokedEntries()
  const base = { iss: 'https://issuer.test', aud: 'claimcheck:revocations', exp: 0 } as const
  for (let hour = 0; hour < 100; hour += 1) {
    const sids = Array.from({ length: 1_000 }, (_, index) => `${hour}-${index}`)
    const document = { ...base, iat: hour * 3_600, sids, subs: [], notBefore: 0 }
    entries.add(document, hour * 3_600_000)
    expect(entries.size).toBeLessThanOrEqual(26_000)
  }
  entries.add({ ...base, iat: 500_000, sids: [], subs: [], notBefore: 0 }, 500_000_000)
  expect(entries.size).toBe(0)
})

it('tells which people were deleted, by digest', async () => {
  const issuer = await createTestIssuer()
  const verifier = createVerifier({ ...issuer.options, revocations: {} })
  await issuer.feed.revokeSubject('alice')
  await verifier.ready()
  const { toRevocationEntry } = await import('../index.js')
  expect(verifier.deletedSubjects()).toEqual([
    await toRevocationEntry(issuer.options.issuer, 'sub', 'alice'),
  ])
  verifier.close()
  await settle()
  expect(vi.getTimerCount()).toBe(0)
})

it('asks again on a request where timers stand still', async () => {
  const { issuer, verdict } = await start()
  const token = await issuer.sign({ sub: 'alice', sid: 's' })
  expect(await verdict(token)).toBe('accepted')
  issuer.feed.answerWith(() => new Promise(() => undefined))
  await settle()
  issuer.feed.answerWith(null)
  await issuer.feed.revokeSession('s')
  vi.setSystemTime(Date.now() + 60_000)
  expect(await verdict(token)).toBe('token_revoked')
})

function signFeed(issuer: TestIssuer, claims: Record<string, unknown>): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000)
  const base = {
    aud: 'claimcheck:revocations',
    iat,
    exp: iat + 60,
    sids: [],
    subs: [],
    notBefore: 0,
  }
  return issuer.sign({ ...base, ...claims }, { header: { typ: 'revocations+jwt' } })
}
