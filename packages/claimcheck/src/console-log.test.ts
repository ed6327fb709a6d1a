import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { advance, driveTime, endingOf, releaseTime } from './_driven-time.js'
// Here already when a verifier asks for it, so that loading takes no time that is driven.
import { createConsoleLog } from './console-log.js'
import { createTestIssuer } from './testing/index.js'
import { createVerifier } from './verifier.js'

const lines: string[] = []

beforeEach(() => {
  driveTime()
  lines.length = 0
  vi.spyOn(console, 'warn').mockImplementation((line: string) => lines.push(line))
})
afterEach(releaseTime)

async function start(options: { on?: () => void; log?: boolean } = {}) {
  const issuer = await createTestIssuer()
  const { log: _, ...rest } = issuer.options
  const verifier = createVerifier({ ...rest, revocations: {}, ...options })
  const token = await issuer.sign({ sub: 'alice', sid: 's' })
  return { issuer, verifier, token }
}

it('a verifier says once that keys cannot be had, with address, reason and cure, and once that they can', async () => {
  const { issuer, verifier, token } = await start()
  issuer.publish(() => new Response(null, { status: 404 }))
  await endingOf(verifier.verify(token))
  await advance(20_000, 500)
  expect(lines.filter((line) => line.includes('jwks'))).toEqual([
    'claimcheck: No keys from https://issuer.test/api/auth/jwks: The answer had status 404, expected 200. Nothing is at this address: set jwksUrl to where the issuer publishes its keys; Better Auth serves them at /api/auth/jwks once it has the jwt() plugin. Until then tokens are answered with 503 once no good keys are left.',
  ])
  issuer.publish(issuer.jwks.keys)
  await advance(5_000, 500)
  expect(lines.filter((line) => line.includes('jwks')).slice(1)).toEqual([
    'claimcheck: The keys from https://issuer.test/api/auth/jwks are there again.',
  ])
})

it('a verifier says once that an issuer has no feed, and what to do about it', async () => {
  const { issuer, verifier, token } = await start()
  issuer.feed.answerWith(async () => new Response(null, { status: 404 }))
  expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
  await advance(20_000, 500)
  expect(lines).toEqual([
    "claimcheck: No revocations from https://issuer.test/api/auth/revocations: The answer had status 404, expected 200. The issuer has no claimcheck plugin: add it, or set revocations: 'off' to live with tokens that outlast a sign-out. Until then a sign-out counts only once a token expires.",
  ])
  issuer.feed.answerWith(null)
  await advance(5_000, 500)
  expect(lines.slice(1)).toEqual([
    'claimcheck: The revocations from https://issuer.test/api/auth/revocations are there again.',
  ])
})

it('a reason that is a sentence of its own ends with one full stop', () => {
  const url = 'https://issuer.test/api/auth/revocations'
  createConsoleLog(() => 0)({ type: 'revocations_failed', url, reason: 'It is away.' })
  expect(lines).toEqual([
    `claimcheck: No revocations from ${url}: It is away. Until then a sign-out counts only once a token expires.`,
  ])
})

it('a verifier that flaps says it once a minute at the most', async () => {
  const { issuer, verifier } = await start()
  issuer.misbehave('flap')
  await verifier.ready().catch(() => undefined)
  await advance(50_000, 500)
  expect(lines.length).toBeLessThanOrEqual(2)
})

it('a verifier names a clock that is wrong, once, and a key that it does not use', async () => {
  const { issuer, verifier, token } = await start()
  const weak = { kty: 'oct', kid: 'shared', k: 'c2VjcmV0' }
  const keys = [...issuer.jwks.keys, weak]
  issuer.publish(() =>
    Response.json({ keys }, { headers: { Date: new Date(Date.now() - 90_000).toUTCString() } }),
  )
  await endingOf(verifier.verify(token))
  await advance(130_000, 1_000)
  expect(lines).toEqual([
    'claimcheck: A key of https://issuer.test/api/auth/jwks is not used: it holds private or symmetric material.',
    expect.stringMatching(
      /^claimcheck: The clock of this process is 9\d s ahead of that of https:\/\/issuer\.test/,
    ),
  ])
})

it.each([{ on: () => undefined }, { log: false }, { on: () => undefined, log: true }])(
  'a verifier with %j says nothing on the console',
  async (options) => {
    const { issuer, verifier, token } = await start(options)
    issuer.misbehave('500')
    await endingOf(verifier.verify(token))
    await advance(5_000, 500)
    expect(lines).toEqual([])
  },
)
