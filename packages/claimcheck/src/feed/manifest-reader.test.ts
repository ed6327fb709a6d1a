import { base64url } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, driveTime, releaseTime, settle } from '../_driven-time.js'
import { BUNDLE_MEDIA_TYPE, toRevocationEntry } from '../contract.js'
import { createVerifier, type VerifierEvent } from '../index.js'
import { createTestIssuer, type TestIssuer } from '../testing/index.js'

beforeEach(driveTime)
afterEach(releaseTime)

type Answer = (
  url: URL,
  init: RequestInit | undefined,
) => Promise<Response | null> | Response | null

/** A verifier whose requests for the feed may be answered by somebody else; null leaves them to the issuer. */
async function start(answer: Answer = () => null, issuer?: TestIssuer) {
  const real = issuer ?? (await createTestIssuer())
  const events: VerifierEvent[] = []
  const asked: { path: string; at: number; headers: Headers }[] = []
  const scene = { answer }
  const verifier = createVerifier({
    ...real.options,
    revocations: {},
    on: (event) => events.push(event),
    fetch: async (input, init) => {
      const url = new URL(String(input))
      const [, path] = /(\/revocations.*)$/.exec(url.pathname) ?? []
      if (path === undefined) return real.fetch(input, init)
      asked.push({ path, at: Date.now(), headers: new Headers(init?.headers) })
      return (await scene.answer(url, init)) ?? real.fetch(input, init)
    },
  })
  const verdict = (token: string) =>
    verifier.verify(token).then(
      () => 'accepted',
      (error) => error.code,
    )
  return { issuer: real, verifier, events, asked, scene, verdict }
}

function listReasons(events: readonly VerifierEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'revocations_failed' ? [event.reason] : []))
}

const hang = () => new Promise<Response>(() => undefined)

describe('a follower of the manifest', () => {
  it('fetches a segment once, and never the document', async () => {
    const { issuer, verifier, asked, verdict } = await start()
    await issuer.feed.revokeSession('phone')
    await issuer.feed.revokeSubject('bob')
    await verifier.ready()
    await advance(10_000)
    const segments = asked.filter(({ path }) => path.includes('/segments/'))
    expect(new Set(segments.map(({ path }) => path)).size).toBe(2)
    expect(segments).toHaveLength(2)
    expect(segments[0]?.headers.get('cache-control')).toBeNull()
    expect(asked.some(({ path }) => path === '/revocations')).toBe(false)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
    expect(await verdict(await issuer.sign({ sub: 'bob', sid: 'x' }))).toBe('token_revoked')
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'x' }))).toBe('accepted')
  })

  it('fetches nothing that came with the manifest, and what came wrong', async () => {
    const { issuer, asked, verdict, verifier, scene } = await start()
    await issuer.feed.revokeSession('phone')
    const entry = await toRevocationEntry(issuer.options.issuer, 'sid', 'phone')
    const line = base64url.encode(base64url.decode(entry).subarray(0, 16))
    const lines = { sent: [line] }
    scene.answer = async (url) =>
      url.pathname.endsWith('/manifest')
        ? new Response([await issuer.feed.signManifest(), ...lines.sent].join('\n'))
        : null
    await verifier.ready()
    expect(asked[0]?.headers.get('accept')).toContain(BUNDLE_MEDIA_TYPE)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
    expect(asked.filter(({ path }) => path.includes('/segments/'))).toEqual([])
    lines.sent = ['not base64url', 'AAAA', line, '']
    await issuer.feed.revokeSession('laptop')
    await advance(1_500)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'laptop' }))).toBe('token_revoked')
    expect(asked.filter(({ path }) => path.includes('/segments/'))).toHaveLength(1)
  })

  it('believes no bytes that are not what their name says, and asks once more past every cache', async () => {
    const forged = new Uint8Array(16)
    let isForged = true
    const { issuer, verifier, asked, events, verdict } = await start((url) =>
      isForged && url.pathname.includes('/segments/') ? new Response(forged) : null,
    )
    await issuer.feed.revokeSession('phone')
    const ready = verifier.ready()
    await advance(2_100)
    await ready
    const [first, second] = asked.filter(({ path }) => path.includes('/segments/'))
    expect(second?.path).toBe(first?.path)
    expect(second?.headers.get('cache-control')).toBe('no-cache')
    expect(listReasons(events)).toContain('The bytes of a segment are not those that its name says')
    isForged = false
    await advance(1_500)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
  })

  it.each([
    ['padded', (text: string) => `${text}==`],
    ['padded within', (text: string) => text.replace('.', '=.')],
    ['broken into lines', (text: string) => text.replace(/.{76}/g, '$&\n')],
  ])('believes no manifest that is %s', async (_, spoil) => {
    const issuer = await createTestIssuer()
    const { verifier, events } = await start(async (url, init) => {
      if (!url.pathname.endsWith('/manifest')) return null
      const answer = await issuer.fetch(url, { ...init, headers: {} })
      return new Response(spoil(await answer.text()), { headers: answer.headers })
    }, issuer)
    await issuer.feed.revokeSession('phone')
    const ready = verifier.ready()
    await advance(2_100)
    await ready
    expect(events.map(({ type }) => type)).toContain('revocations_failed')
    expect(verifier.stats().revocations[0]?.size).toBe(0)
  })

  it('reads no more of a segment than the manifest says it has', async () => {
    const { issuer, verifier, events } = await start((url) =>
      url.pathname.includes('/segments/') ? new Response(new Uint8Array(1_000)) : null,
    )
    await issuer.feed.revokeSession('phone')
    const ready = verifier.ready()
    await advance(2_100)
    await ready
    expect(listReasons(events)).toContain('The answer is larger than 16 bytes')
  })

  it.each([500, 429, 401])('never takes %d for an old issuer', async (status) => {
    const { issuer, scene, asked, verifier, verdict } = await start(
      () => new Response(null, { status }),
    )
    await issuer.feed.revokeSession('phone')
    const ready = verifier.ready()
    await advance(5_000)
    await ready
    expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['/revocations/manifest']))
    scene.answer = () => null
    await advance(1_500)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
  })

  it('takes 404 for a failure, once it has seen a manifest', async () => {
    const { issuer, scene, asked, events, verifier } = await start()
    await verifier.ready()
    await advance(500)
    scene.answer = () => new Response(null, { status: 404 })
    issuer.feed.refuseBefore(1)
    await advance(32_000)
    expect(asked.some(({ path }) => path === '/revocations')).toBe(false)
    expect(verifier.stats().revocations[0]?.isDegraded, 'and says so').toBe(true)
    expect(events.some(({ type }) => type === 'revocations_stale')).toBe(true)
  })

  it('asks on another connection while an answer is late, and is told of a sign-out in two seconds', async () => {
    const { issuer, scene, verifier, asked, verdict } = await start()
    await verifier.ready()
    await advance(3_000)
    const token = await issuer.sign({ sub: 'alice', sid: 'phone' })
    let stalled = 0
    scene.answer = () => {
      stalled += 1
      return stalled === 1 ? hang() : null
    }
    while (stalled === 0) await advance(10)
    await issuer.feed.revokeSession('phone')
    await advance(1_500)
    expect(await verdict(token)).toBe('token_revoked')
    expect(asked.length).toBeGreaterThan(3)
  })

  it('applies an answer that is late, however late it is by its own patience', async () => {
    const { issuer, verifier, verdict } = await start(async (url, init) => {
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      return issuer.fetch(url, init)
    })
    await issuer.feed.revokeSession('phone')
    const ready = verifier.ready()
    await advance(2_000)
    await ready
    expect(verifier.stats().revocations[0]?.size).toBe(0)
    await advance(3_500)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
  })

  it('has at most three questions open, however long the issuer is silent', async () => {
    const { verifier, asked } = await start(hang)
    const ready = verifier.ready()
    await advance(9_000)
    await ready
    expect(asked).toHaveLength(3)
    verifier.close()
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits as long as the issuer asks it to, up to a second', async () => {
    const { issuer, verifier, asked } = await start(async (url, init) => {
      const answer = await issuer.fetch(url, { ...init, headers: {} })
      answer.headers.set('retry-after', '1')
      return answer
    })
    await verifier.ready()
    await advance(5_000)
    const times = asked.map(({ at }) => at)
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000)
    expect(Math.max(...pauses)).toBeLessThan(1_300)
  })

  it('keeps its knowledge through a restart, and still waits for something fresh', async () => {
    const issuer = await createTestIssuer()
    let text: string | null = null
    const store = {
      get: () => text,
      set(next: string) {
        text = next
      },
    }
    const open = () => createVerifier({ ...issuer.options, revocations: { store } })
    await issuer.feed.revokeSession('phone')
    await issuer.feed.revokeSubject('bob')
    await open().ready()
    await advance(500)
    issuer.feed.answerWith(hang)
    const again = open()
    let outcome = 'waiting'
    void again.verify(await issuer.sign({ sub: 'alice', sid: 'other' })).then(() => {
      outcome = 'accepted'
    })
    await advance(1_900)
    expect(outcome).toBe('waiting')
    await advance(200)
    expect(outcome).toBe('accepted')
    for (const claims of [
      { sub: 'alice', sid: 'phone' },
      { sub: 'bob', sid: 'other' },
    ]) {
      await expect(again.verify(await issuer.sign(claims))).rejects.toMatchObject({
        code: 'token_revoked',
      })
    }
  })
})

describe('an issuer without a manifest', () => {
  it('is followed by its document', async () => {
    const { issuer, asked, verifier, verdict } = await start(
      () => null,
      await createTestIssuer({ manifest: false }),
    )
    await verifier.ready()
    const token = await issuer.sign({ sub: 'alice', sid: 'phone' })
    expect(await verdict(token)).toBe('accepted')
    await issuer.feed.revokeSession('phone')
    await advance(1_000)
    expect(await verdict(token)).toBe('token_revoked')
    expect(asked.filter(({ path }) => path === '/revocations/manifest')).toHaveLength(1)
  })

  it('is waited for where it needs 2.5 s to answer', async () => {
    const issuer = await createTestIssuer({ manifest: false })
    const { verifier, verdict } = await start(async (url, init) => {
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      return issuer.fetch(url, init)
    }, issuer)
    await issuer.feed.revokeSession('phone')
    const ready = verifier.ready()
    await advance(2_100)
    await ready
    expect(verifier.stats().revocations[0]?.size).toBe(0)
    await advance(4_000)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
  })

  it('is followed by its manifest minutes after it was upgraded, without a restart or a failure', async () => {
    const issuer = await createTestIssuer()
    const old = (url: URL) =>
      /\/revocations\/./.test(url.pathname) ? new Response(null, { status: 404 }) : null
    const { asked, events, scene, verifier, verdict } = await start(old, issuer)
    await verifier.ready()
    await advance(200_000, 1_000)
    const forManifest = () => asked.filter(({ path }) => path === '/revocations/manifest').length
    expect(forManifest(), 'asked again after three minutes').toBe(2)
    expect(listReasons(events)).toEqual([])
    scene.answer = () => null
    await advance(180_000, 1_000)
    const before = asked.length
    await issuer.feed.revokeSession('phone')
    await advance(1_500)
    expect(await verdict(await issuer.sign({ sub: 'alice', sid: 'phone' }))).toBe('token_revoked')
    expect(asked.slice(before).some(({ path }) => path === '/revocations')).toBe(false)
    expect(forManifest(), 'followed from then on').toBeGreaterThan(3)
  })
})
