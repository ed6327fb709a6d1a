/** Each misconfiguration is set up, and found with what was seen and what to change. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../src/cli/finding.js'
import { createSigner } from '../src/testing/signer.js'
import { appUrl, createApi, createWorld, examine, run, serveIssuer, type World } from './_world.js'

interface Misconfiguration {
  readonly id: string
  readonly outcome?: Outcome
  /** What is wrong, in words. */
  readonly what: string
  /** Sets it up; gives the token to look at, if any. */
  readonly set: (world: World) => Promise<string | undefined> | string | undefined
  /** In the evidence. */
  readonly seen?: RegExp
  /** In the cure. */
  readonly cure: RegExp
  readonly args?: readonly string[]
}

const page = () =>
  new Response('<!doctype html><title>App</title>', { headers: { 'content-type': 'text/html' } })

/** Answers one path of the app in another way. */
function at(
  world: World,
  path: string,
  answer: (request: Request) => Response | Promise<Response>,
) {
  const before = world.app
  world.app = (request) =>
    new URL(request.url).pathname === `/api/auth${path}` ? answer(request) : before(request)
}

/** Changes the headers of what a side answers. */
function withHeaders(
  world: World,
  side: 'app' | 'api',
  change: (headers: Headers, request: Request) => void,
) {
  const before = world[side]
  world[side] = async (request) => {
    const answer = await before(request)
    const headers = new Headers(answer.headers)
    change(headers, request)
    return new Response(answer.body, { status: answer.status, headers })
  }
}

const forAda = { sub: 'ada', sid: 'session-1' }
const good = (world: World) => world.issuer.sign(forAda)

const misconfigurations: readonly Misconfiguration[] = [
  {
    id: 'issuer-unreachable',
    outcome: 'unknown',
    what: 'the issuer is away',
    set: (world) => {
      world.app = () => {
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
        })
      }
      return undefined
    },
    seen: /nothing listens there/,
    cure: /localhost is the container/,
  },
  {
    id: 'jwks-not-found',
    what: 'the base path is another one',
    set: (world) => {
      world.app = () => new Response('Not found', { status: 404 })
      return undefined
    },
    seen: /jwks answered 404/,
    cure: /\{baseURL\}\{basePath\}\/jwks/,
  },
  {
    id: 'jwks-redirected',
    what: 'http is led to https, or the bare domain to www',
    set: (world) => {
      const location = 'https://www.example.com/api/auth/jwks'
      at(world, '/jwks', () => new Response(null, { status: 301, headers: { location } }))
      return undefined
    },
    seen: /it leads to https:\/\/www/,
    cure: /address that it leads to/,
  },
  {
    id: 'jwks-failing',
    what: 'the table of keys is missing',
    set: (world) => {
      at(world, '/jwks', () => new Response('{}', { status: 500 }))
      return undefined
    },
    seen: /answered 500/,
    cure: /run the migration/,
  },
  {
    id: 'jwks-html',
    what: 'the page router answers for the key set',
    set: (world) => {
      at(world, '/jwks', page)
      return undefined
    },
    seen: /text\/html/,
    cure: /basePath is \/api\/auth unless configured/,
  },
  {
    id: 'jwks-not-json',
    what: 'something else answers with JSON',
    set: (world) => {
      at(world, '/jwks', () => Response.json({ ok: true }))
      return undefined
    },
    cure: /\/jwks/,
  },
  {
    id: 'jwks-empty',
    what: 'no key was ever made',
    set: (world) => {
      world.issuer.publish([])
      return undefined
    },
    cure: /checkIssuer\(auth\)/,
  },
  {
    id: 'key-refused',
    what: 'a private key is published',
    set: async (world) => {
      const { publicJwk } = await createSigner('EdDSA')
      world.issuer.publish([
        ...world.issuer.jwks.keys,
        { ...publicJwk, kid: 'leaked', d: publicJwk.x },
      ])
      return undefined
    },
    seen: /key leaked: it holds private/,
    cure: /rotateKeys\(auth\)/,
  },
  {
    id: 'algorithm',
    what: 'the issuer signs with RS256, and the API expects EdDSA',
    set: async (world) => {
      world.issuer.publish([(await createSigner('RS256')).publicJwk])
      return undefined
    },
    seen: /jwks answered 200/,
    cure: /"algorithm" of claimcheck\(\) and "algorithms" of the verifier/,
  },
  {
    id: 'jwks-cached-long',
    outcome: 'warning',
    what: 'a CDN keeps the keys for a day',
    set: (world) => {
      withHeaders(world, 'app', (headers) => headers.set('cache-control', 'public, max-age=86400'))
      return undefined
    },
    seen: /max-age=86400/,
    cure: /max-age=60/,
  },
  {
    id: 'feed-missing',
    what: 'the plugin is not there, so there is no feed',
    set: (world) => {
      at(world, '/revocations', () => new Response(null, { status: 404 }))
      return undefined
    },
    seen: /revocations answered 404/,
    cure: /Add claimcheck\(\) to the plugins of Better Auth and run its migration; or set revocations: 'off'/,
  },
  {
    id: 'keys-undecryptable',
    what: 'the secret was changed, and keys cannot be decrypted',
    set: (world) => {
      at(world, '/revocations', () => new Response(null, { status: 500 }))
      return undefined
    },
    seen: /revocations answered 500/,
    cure: /BETTER_AUTH_SECRETS with the new one first/,
  },
  {
    id: 'feed-html',
    what: 'the page router answers for the feed',
    set: (world) => {
      at(world, '/revocations', page)
      return undefined
    },
    seen: /text\/html/,
    cure: /belongs to Better Auth/,
  },
  {
    id: 'feed-not-a-feed',
    what: 'an older Better Auth leaves the type of the feed out',
    set: async (world) => {
      const text = await world.issuer.sign({ aud: 'claimcheck:revocations', sids: [], subs: [] })
      at(world, '/revocations', () => new Response(text))
      return undefined
    },
    cure: /Better Auth before 1.7/,
  },
  {
    id: 'feed-issuer',
    what: 'the feed has a slash at the end of its issuer',
    set: async (world) => {
      const now = Math.floor(Date.now() / 1000)
      const text = await world.issuer.sign(
        {
          iss: `${appUrl}/`,
          aud: 'claimcheck:revocations',
          iat: now,
          sids: [],
          subs: [],
          notBefore: 0,
        },
        { header: { typ: 'revocations+jwt' } },
      )
      at(world, '/revocations', () => new Response(text))
      return undefined
    },
    seen: /iss is "https:\/\/app.example.com\/", expected "https:\/\/app.example.com"/,
    cure: /JWT_ISSUER/,
  },
  {
    id: 'feed-stale',
    what: 'a cache keeps the feed',
    set: async (world) => {
      const kept = await world.issuer.feed.sign()
      at(world, '/revocations', () => new Response(kept, { headers: { age: '45' } }))
      return undefined
    },
    seen: /carries an Age/,
    cure: /no-store/,
  },
  {
    id: 'feed-refused',
    what: 'the feed is signed by a key that is not published',
    set: async (world) => {
      const text = (await world.issuer.feed.sign()).split('.')
      const other = await createSigner('EdDSA')
      const claims = JSON.parse(Buffer.from(text[1] ?? '', 'base64url').toString())
      const forged = await other.sign(claims, { typ: 'revocations+jwt' })
      at(world, '/revocations', () => new Response(forged))
      return undefined
    },
    cure: /signed with a published key/,
  },
  {
    id: 'token-endpoint-missing',
    what: 'jwt() is not in the plugins, and keys come from elsewhere',
    set: (world) => {
      at(world, '/token', () => new Response(null, { status: 404 }))
      return undefined
    },
    seen: /token answered 404/,
    cure: /it brings jwt\(\)/,
  },
  {
    id: 'token-readable-across-origins',
    what: 'a proxy echoes every Origin',
    set: (world) => {
      withHeaders(world, 'app', (headers, request) => {
        headers.set('access-control-allow-origin', request.headers.get('origin') ?? '*')
        headers.set('access-control-allow-credentials', 'true')
      })
      return undefined
    },
    seen: /Access-Control-Allow-Origin: https:\/\/stranger/,
    cure: /never echo the Origin/,
  },
  {
    id: 'token-kind',
    what: 'the word undefined is sent for a token',
    set: () => 'undefined',
    cure: /authClient\.token\(\)/,
  },
  {
    id: 'token-issuer-mismatch',
    what: 'the issuer has a slash at its end on one side',
    set: (world) => world.issuer.sign({ ...forAda, iss: `${appUrl}/` }),
    seen: /iss is "https:\/\/app.example.com\/", expected "https:\/\/app.example.com"/,
    cure: /JWT_ISSUER/,
  },
  {
    id: 'token-audience-mismatch',
    what: 'the token is for another audience',
    set: (world) => world.issuer.sign({ ...forAda, aud: appUrl }),
    seen: /aud is "https:\/\/app.example.com", expected "https:\/\/api.example.com"/,
    cure: /JWT_AUDIENCE/,
  },
  {
    id: 'token-algorithm-not-allowed',
    what: 'the token is signed with a shared secret',
    set: (world) => world.issuer.sign(forAda, { header: { alg: 'HS256' } }),
    seen: /alg is "HS256"/,
    cure: /"algorithms" of the verifier/,
  },
  {
    id: 'token-key-unknown',
    what: 'the token comes from an issuer with another database',
    set: (world) => world.issuer.sign(forAda, { header: { kid: 'elsewhere' } }),
    seen: /401 key_unknown/,
    cure: /./,
  },
  {
    id: 'token-expired',
    what: 'the token has ended',
    set: (world) => world.issuer.sign(forAda, { expiresIn: -3600 }),
    seen: /it ended 60 min ago/,
    cure: /fresh token/,
  },
  {
    id: 'token-not-yet-valid',
    what: 'the clock of the issuer is ahead',
    set: (world) => world.issuer.sign({ ...forAda, iat: Math.floor(Date.now() / 1000) + 600 }),
    seen: /it was issued in 10 min/,
    cure: /NTP/,
  },
  {
    id: 'token-lifetime',
    what: 'tokens live for a week',
    set: (world) => world.issuer.sign(forAda, { expiresIn: 7 * 86_400 }),
    seen: /at the check "lifetime"/,
    cure: /./,
  },
  {
    id: 'token-long-lived',
    outcome: 'warning',
    what: 'tokens live for half a day',
    set: (world) => world.issuer.sign(forAda, { expiresIn: 43_200 }),
    cure: /expiration: '15m'/,
  },
  {
    id: 'token-delegation-not-allowed',
    what: 'a program uses its own token',
    set: (world) => world.issuer.sign({ ...forAda, client_id: 'p', scope: 'openid' }),
    seen: /issued to a program/,
    cure: /\/api\/auth\/token/,
  },
  {
    id: 'token-personal-data',
    outcome: 'warning',
    what: 'the whole user row is in the token',
    set: (world) => world.issuer.sign({ ...forAda, email: 'ada@example.com', name: 'Ada' }),
    seen: /^claims: email, name$/,
    cure: /definePayload/,
  },
  {
    id: 'token-no-sid',
    outcome: 'warning',
    what: 'tokens name no session',
    set: (world) => world.issuer.sign({ sub: 'ada' }),
    cure: /requireSid/,
  },
  {
    id: 'api-unreachable',
    outcome: 'unknown',
    what: 'the API is away',
    set: (world) => {
      world.api = () => {
        throw new TypeError('fetch failed')
      }
      return undefined
    },
    cure: /--api/,
  },
  {
    id: 'api-open',
    what: 'the route is not protected',
    set: (world) => {
      world.api = () => Response.json({ ok: true })
      return undefined
    },
    seen: /answered 200/,
    cure: /bearer\(verifier\) before the route/,
  },
  {
    id: 'api-takes-forgeries',
    what: 'the API reads tokens and does not verify them',
    set: (world) => {
      const { api } = world
      world.api = (request) =>
        request.headers.has('authorization') ? Response.json({ ok: true }) : api(request)
      return undefined
    },
    seen: /alg none/,
    cure: /createVerifier/,
  },
  {
    id: 'api-status',
    outcome: 'warning',
    what: 'the API leads to a sign-in page',
    set: (world) => {
      world.api = () => new Response(null, { status: 302, headers: { location: '/sign-in' } })
      return undefined
    },
    seen: /answered 302/,
    cure: /at 401 alone/,
  },
  {
    id: 'api-no-challenge',
    outcome: 'warning',
    what: 'the 401 says not what is wanted',
    set: (world) => {
      withHeaders(world, 'api', (headers) => headers.delete('www-authenticate'))
      return undefined
    },
    cure: /WWW-Authenticate: Bearer/,
  },
  {
    id: 'api-any-audience',
    what: 'the API checks no audience',
    set: (world) => {
      world.api = createApi(world.issuer, { audience: appUrl })
      return world.issuer.sign({ ...forAda, aud: appUrl })
    },
    seen: /aud is "https:\/\/app.example.com", expected "https:\/\/api.example.com"/,
    cure: /Give the verifier its audience/,
  },
  {
    id: 'api-accepts-bad',
    what: 'the API takes tokens that have ended',
    set: (world) => {
      world.api = createApi(world.issuer, { now: () => Date.now() - 7_200_000 })
      return world.issuer.sign(
        { ...forAda, iat: Math.floor(Date.now() / 1000) - 7_300 },
        { expiresIn: -3600 },
      )
    },
    seen: /expected: 401 token_expired/,
    cure: /./,
  },
  {
    id: 'api-refuses',
    what: 'the API expects another issuer',
    set: (world) => {
      world.api = createApi(world.issuer, { issuer: `${appUrl}/` })
      return good(world)
    },
    seen: /it says issuer_mismatch/,
    cure: /./,
  },
  {
    id: 'authorization-stripped',
    what: 'a proxy takes the Authorization header off',
    set: (world) => {
      const { api } = world
      world.api = (request) => {
        const headers = new Headers(request.headers)
        headers.delete('authorization')
        return api(new Request(request.url, { method: request.method, headers }))
      }
      return good(world)
    },
    seen: /token_missing/,
    cure: /proxy_set_header Authorization/,
  },
  {
    id: 'api-401-for-outage',
    what: 'the API says 401 while the keys cannot be had',
    set: (world) => {
      world.issuer.misbehave('500')
      world.api = () =>
        new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } })
      return undefined
    },
    seen: /to a token of a key it cannot know/,
    cure: /503 with Retry-After/,
  },
  {
    id: 'api-fetches-keys',
    outcome: 'warning',
    what: 'the API makes a verifier for every request',
    set: (world) => {
      at(world, '/jwks', (request) => {
        world.pass(80)
        return serveIssuer(world.issuer, request)
      })
      world.api = (request) => createApi({ ...world.issuer, fetch: world.fetch })(request)
      return good(world)
    },
    seen: /fastest of five: 80 ms with a token, 0 ms without, 80 ms for the key set/,
    cure: /once per process/,
  },
  {
    id: 'clock',
    what: 'the clock of the API is a minute behind',
    set: (world) => {
      world.ahead.api = -60_000
      return undefined
    },
    seen: /Date headers/,
    cure: /NTP/,
  },
  {
    id: 'cors-missing',
    what: 'the API does not know the origin of the pages',
    set: () => undefined,
    args: ['--origin', 'https://www.example.com'],
    seen: /Access-Control-Allow-Origin: none/,
    cure: /Allow https:\/\/www.example.com by name/,
  },
  {
    id: 'cors-order',
    what: 'the preflight meets bearer first',
    set: (world) => {
      const { api } = world
      world.api = (request) => api(new Request(request.url, { headers: {} }))
      return undefined
    },
    seen: /OPTIONS from https:\/\/app.example.com answered 401/,
    cure: /CORS middleware before/,
  },
  {
    id: 'cors-authorization',
    what: 'Authorization is not among the allowed headers',
    set: (world) => {
      withHeaders(world, 'api', (headers) => headers.set('access-control-allow-headers', '*'))
      return undefined
    },
    seen: /Allow-Headers: \*/,
    cure: /\* does not stand for it/,
  },
  {
    id: 'cors-any-origin',
    what: 'the API echoes every Origin, with credentials',
    set: (world) => {
      withHeaders(world, 'api', (headers, request) => {
        headers.set('access-control-allow-origin', request.headers.get('origin') ?? '')
        headers.set('access-control-allow-credentials', 'true')
      })
      return undefined
    },
    cure: /by name, and no credentials/,
  },
  {
    id: 'cors-exposed',
    outcome: 'warning',
    what: 'pages cannot read the headers of a refusal',
    set: (world) => {
      withHeaders(world, 'api', (headers) => headers.delete('access-control-expose-headers'))
      return undefined
    },
    seen: /Expose-Headers: none/,
    cure: /Expose WWW-Authenticate, Retry-After/,
  },
]

describe('claimcheck doctor', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(() => world.close())

  it('finds nothing wrong where nothing is, and ends with 0', async () => {
    world.input = `${await good(world)}\n`
    const { code, wrong, findings } = await examine(world, '--token', '-')
    expect(wrong).toEqual([])
    expect(code).toBe(0)
    expect(findings.map(({ id }) => id)).toEqual([
      'keys',
      'feed',
      'token-endpoint',
      'token',
      'api-asks',
      'api-forgeries',
      'cors',
      'api-accepts',
    ])
  })

  it('knows at least twenty misconfigurations, each by a name of its own', () => {
    const ids = misconfigurations.map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(20)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(misconfigurations)('finds $id: $what', async (one) => {
    const token = await one.set(world)
    if (token !== undefined) world.env.CLAIMCHECK_TOKEN = token
    const { code, findings, out } = await examine(world, ...(one.args ?? []))
    const found = findings.find(({ id }) => id === one.id)
    expect(found, findings.map(({ id }) => id).join(', ')).toBeDefined()
    expect(found?.outcome).toBe(one.outcome ?? 'fault')
    expect(found?.says).toMatch(/^[A-Z].*\.$/)
    expect(found?.cure).toMatch(one.cure)
    if (one.seen) expect(found?.evidence.some((line) => one.seen?.test(line))).toBe(true)
    if (found?.outcome === 'fault') expect(code).toBe(1)
    if (token !== undefined && token.length > 20) expect(out).not.toContain(token.split('.')[2])
  })

  it('warns of an issuer over plain http, loopback apart', async () => {
    const plain = await run(world, ['doctor', '--issuer', 'http://app.example.com', '--json'])
    expect(plain.out).toContain('"issuer-http"')
    const local = await run(world, ['doctor', '--issuer', 'http://localhost:3000', '--json'])
    expect(local.out).not.toContain('"issuer-http"')
  })

  it('speaks in paragraphs: sign, sentence, evidence, fix', async () => {
    at(world, '/jwks', page)
    const args = ['doctor', '--issuer', appUrl]
    const { out, code } = await run(world, args)
    expect(code).toBe(1)
    expect(out).toBe(`fault: A web page comes where the keys should be.
    GET ${appUrl}/api/auth/jwks answered 200, text/html
    Fix: Better Auth serves its keys at {baseURL}{basePath}/jwks, and basePath is /api/auth unless configured. Name the right address with --auth or --jwks, and as jwksUrl of the verifier.

1 fault, 0 warnings, 0 could not be checked, 0 in order.
`)
    const drawn = await run(world, args, true)
    expect(drawn.out).toContain('\x1b[31m✗\x1b[0m A web page')
  })

  it('ends with 3 where the issuer does not answer, so that nobody takes it for well', async () => {
    const { code } = await run(world, ['doctor', '--issuer', 'https://nowhere.example', '--json'])
    expect(code).toBe(3)
  })
})
