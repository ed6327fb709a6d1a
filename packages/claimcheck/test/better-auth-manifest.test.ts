import { createHash } from 'node:crypto'
import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose'
import pg from 'pg'
import { afterEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { stopIssuer } from '../src/better-auth/index.js'
import {
  BUNDLE_MEDIA_TYPE,
  type ListedSegment,
  type RevocationManifest,
  toRevocationEntry,
} from '../src/contract.js'
import {
  apiUrl,
  appUrl,
  createDatabase,
  createIssuer,
  createMemoryStore,
  openPostgresStore,
  type Store,
  signUp,
  type TestAuth,
} from './_better-auth.js'
import { holdReference } from './_feed.js'

const [server] = inject('databases')

afterEach(() => vi.useRealTimers())

async function start(store: Store = createMemoryStore(), settings = {}) {
  onTestFinished(() => store.close())
  const auth = await createIssuer(store, settings)
  onTestFinished(() => stopIssuer(auth))
  return auth
}

async function startTwo() {
  const url = await createDatabase(server?.url ?? '')
  const store = openPostgresStore(url)
  const one = await start(store)
  const other = await createIssuer(store, { migrate: false })
  onTestFinished(() => stopIssuer(other))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return { one, other, client }
}

function send(auth: TestAuth, path: string, headers: Record<string, string> = {}) {
  return auth.handler(new Request(`${appUrl}/api/auth/revocations${path}`, { headers }))
}

async function readManifest(auth: TestAuth, query = '', headers: Record<string, string> = {}) {
  const response = await send(auth, `/manifest${query}`, headers)
  if (response.status !== 200) throw new Error(`the manifest answered ${response.status}`)
  const keys = await (await auth.handler(new Request(`${appUrl}/api/auth/jwks`))).json()
  const { payload, protectedHeader } = await compactVerify(
    await response.text(),
    createLocalJWKSet(keys),
  )
  const manifest: RevocationManifest = JSON.parse(new TextDecoder().decode(payload))
  return { response, manifest, header: protectedHeader, etag: response.headers.get('etag') ?? '' }
}

async function readSegment(auth: TestAuth, [name]: ListedSegment): Promise<Buffer> {
  const response = await send(auth, `/segments/${name}`)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

async function readEntries(auth: TestAuth, kind: 'sids' | 'subs', size: number): Promise<string[]> {
  const { manifest } = await readManifest(auth)
  const segments = await Promise.all(manifest[kind].map((listed) => readSegment(auth, listed)))
  return segments.flatMap((bytes) =>
    Array.from({ length: bytes.length / size }, (_, at) =>
      bytes.toString('base64url', at * size, (at + 1) * size),
    ),
  )
}

async function insert(client: pg.Client, name: string, createdAt: Date): Promise<string> {
  const entry = await toRevocationEntry(appUrl, 'sid', name)
  await client.query(
    `insert into revocation (id, kind, entry, "createdAt", until) values ($1, 'sid', $2, $3, $4)`,
    [name, entry, createdAt, new Date(createdAt.getTime() + 990_000)],
  )
  return Buffer.from(entry, 'base64url').toString('base64url', 0, 16)
}

describe('the manifest', () => {
  it('is signed, names segments by the digest of their bytes, and may be kept by nobody', async () => {
    const auth = await start()
    const person = await signUp(auth)
    const deleted = await signUp(auth)
    const { sid = '' } = decodeJwt<{ sid: string }>((await person.browser.token()) ?? '')
    await person.browser.send('POST', '/sign-out', {})
    await deleted.browser.send('POST', '/delete-user', { password: deleted.password })
    const { response, manifest, header } = await readManifest(auth)
    expect(header).toEqual({
      alg: 'EdDSA',
      kid: expect.any(String),
      typ: 'revocation-manifest+jwt',
    })
    expect(response.headers.get('content-type')).toBe('application/jwt')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(manifest).toMatchObject({
      iss: appUrl,
      aud: 'claimcheck:revocations',
      exp: manifest.iat + 60,
      notBefore: 0,
      retention: 990,
    })
    for (const listed of [...manifest.sids, ...manifest.subs]) {
      const bytes = await readSegment(auth, listed)
      expect([
        bytes.length,
        createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
      ]).toEqual([listed[1], listed[0]])
    }
    const ended = Buffer.from(await toRevocationEntry(appUrl, 'sid', sid), 'base64url')
    expect(await readEntries(auth, 'sids', 16)).toContain(ended.toString('base64url', 0, 16))
    expect(await readEntries(auth, 'subs', 32)).toEqual([
      await toRevocationEntry(appUrl, 'sub', deleted.userId),
    ])
  })

  it('lets any cache keep a segment, and nobody a name that is not listed', async () => {
    const auth = await start()
    const person = await signUp(auth)
    await person.browser.send('POST', '/sign-out', {})
    const { manifest } = await readManifest(auth)
    const good = await send(auth, `/segments/${manifest.sids[0]?.[0]}`)
    expect(good.headers.get('cache-control')).toBe('public, max-age=990, immutable')
    expect(good.headers.get('content-type')).toBe('application/octet-stream')
    for (const name of ['A'.repeat(22), 'A'.repeat(43), 'short', '..%2f']) {
      const missing = await send(auth, `/segments/${name}`)
      expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store'])
    }
  })

  it('merges what ages: the new name is that of the parts put together', async () => {
    const { one, client } = await startTwo()
    const base = Math.floor(Date.now() / 64_000) * 64_000
    const now = base + 17_500
    vi.useFakeTimers({ toFake: ['Date'], now })
    for (const [index, at] of [100, 400, 2_000, 9_000].entries()) {
      await insert(client, `session-${index}`, new Date(base + at))
    }
    const { manifest } = await readManifest(one)
    expect(manifest.sids).toHaveLength(1)
    expect(manifest.sids[0]?.slice(1)).toEqual([64, base / 250, 64])
    await insert(client, 'young', new Date(now))
    vi.setSystemTime(now + 300)
    const next = (await readManifest(one)).manifest
    expect(next.sids[0]).toEqual(manifest.sids[0])
    expect(next.sids).toHaveLength(2)
    expect(next.sids[1]?.slice(1)).toEqual([16, Math.floor(now / 250) - (base / 250 + 64), 1])
  })

  it('is the same from every process, and one serves what another has named', async () => {
    const { one, other, client } = await startTwo()
    for (let index = 0; index < 40; index += 1) {
      await insert(client, `session-${index}`, new Date(Date.now() - index * 7_000))
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const first = await readManifest(one)
    for (const listed of first.manifest.sids) await readSegment(other, listed)
    const second = await readManifest(other)
    expect(second.manifest.sids).toEqual(first.manifest.sids)
    expect(second.etag).toBe(first.etag)
  })

  it('names a row that commits late, whatever was read meanwhile', async () => {
    const { one, client } = await startTwo()
    const person = await signUp(one)
    await person.browser.send('POST', '/sign-out', {})
    await client.query('begin')
    const late = await insert(client, 'late', new Date(Date.now() - 300_000))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 300 })
    const { etag } = await readManifest(one)
    await client.query('commit')
    vi.setSystemTime(Date.now() + 300)
    expect((await readManifest(one)).etag).not.toBe(etag)
    expect(await readEntries(one, 'sids', 16)).toContain(late)
  })

  it('finds a late row among thousands, within the time it takes to compare them', {
    timeout: 60_000,
  }, async () => {
    const { one, client } = await startTwo()
    await client.query(
      `insert into revocation (id, kind, entry, "createdAt", until)
       select 'filler-' || n, 'sid',
       rtrim(translate(encode(sha256(('entry-' || n)::bytea), 'base64'), '+/', '-_'), '='),
       now() - n * interval '100 milliseconds', now() + interval '10 minutes'
       from generate_series(1, 6000) n`,
    )
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    await readManifest(one)
    const late = await insert(client, 'late', new Date(Date.now() - 300_000))
    for (let second = 0; second < 8; second += 1) {
      vi.setSystemTime(Date.now() + 1_000)
      await readManifest(one)
    }
    expect(await readEntries(one, 'sids', 16)).toContain(late)
  })

  it('is held for a second, and answered before a document would be', async () => {
    const auth = await start()
    const { etag } = await readManifest(auth)
    const isReferenceHeld = await holdReference()
    const began = performance.now()
    await readManifest(auth, '?wait=5', { 'if-none-match': etag })
    expect(performance.now() - began).toBeGreaterThan(900)
    expect(isReferenceHeld(), 'the five seconds of a document are not over').toBe(true)
  })

  it('asks entries to be kept as long as the longest token of another plugin lives', async () => {
    const provider = { id: 'oauth-provider', options: { accessTokenExpiresIn: 7200 } }
    const auth = await start(createMemoryStore(), { auth: { plugins: [provider] } })
    expect((await readManifest(auth)).manifest.retention).toBe(7290)
  })
})

describe('a manifest with what is new behind it', () => {
  const accept = `${BUNDLE_MEDIA_TYPE}, application/jwt`

  async function readBundle(auth: TestAuth, tag?: string) {
    const headers = { accept, ...(tag !== undefined && { 'if-none-match': tag }) }
    const response = await send(auth, '/manifest', headers)
    expect(response.headers.get('content-type')).toBe(BUNDLE_MEDIA_TYPE)
    const [, ...lines] = (await response.text()).split('\n')
    return { lines, etag: response.headers.get('etag') ?? '' }
  }

  it('comes only to those who accept it', async () => {
    const { one, client } = await startTwo()
    await insert(client, 'new', new Date())
    for (const plain of ['*/*', 'application/jwt']) {
      const response = await send(one, '/manifest', { accept: plain })
      expect(response.headers.get('content-type')).toBe('application/jwt')
      expect(response.headers.get('vary')).toBe('accept')
      expect(await response.text()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    }
  })

  it('has the cells that a tag does not name, whichever process made the tag', async () => {
    const { one, other, client } = await startTwo()
    const start = Math.floor(Date.now() / 1_000) * 1_000
    vi.useFakeTimers({ toFake: ['Date'], now: start + 10 })
    const first = await insert(client, 'first', new Date(start))
    const before = await readBundle(one)
    expect(before.lines).toEqual([first])
    expect((await readBundle(other, before.etag)).lines).toEqual([])
    vi.setSystemTime(start + 300)
    const second = await insert(client, 'second', new Date(start + 280))
    expect((await readBundle(other, before.etag)).lines).toEqual([second])
    expect((await readBundle(one)).lines).toEqual([second, first])
    vi.setSystemTime(start + 2_100)
    const { lines, etag } = await readBundle(one)
    expect(lines, 'what is merged is put together from its cells').toEqual([])
    expect(etag).not.toBe(before.etag)
  })

  it('carries the tag of what it says, also where a look comes while it is being signed', async () => {
    const auth = await start()
    const person = await signUp(auth)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    await readManifest(auth)
    const { subtle } = crypto
    const sign = subtle.sign.bind(subtle)
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const began = new Promise<void>((resolve) => {
      vi.spyOn(subtle, 'sign').mockImplementation(async (...parameters) => {
        resolve()
        await released
        return sign(...parameters)
      })
    })
    onTestFinished(() => void vi.restoreAllMocks())
    vi.setSystemTime(Date.now() + 300)
    const early = readManifest(auth)
    await began
    vi.mocked(subtle.sign).mockImplementation(sign)
    await person.browser.send('POST', '/sign-out', {})
    vi.setSystemTime(Date.now() + 300)
    const late = await readManifest(auth)
    release()
    expect((await early).manifest.sids).toEqual([])
    expect(late.manifest.sids).toHaveLength(1)
    expect((await early).etag).not.toBe(late.etag)
  })
})

describe('requests that wait', () => {
  it('are held up to fifty for one address; beyond that they are answered, and asked to come later', async () => {
    const auth = await start()
    const { etag } = await readManifest(auth)
    const headers = { 'if-none-match': etag, 'x-forwarded-for': '192.0.2.1' }
    const tag = (await send(auth, '')).headers.get('etag') ?? ''
    const held = Array.from({ length: 50 }, () =>
      send(auth, '?wait=5', { ...headers, 'if-none-match': tag }),
    )
    await vi.waitFor(
      async () => {
        const { response } = await readManifest(auth, '?wait=1', headers)
        expect(response.headers.get('retry-after')).toBe('1')
      },
      { timeout: 20_000 },
    )
    for (const response of await Promise.all(held)) {
      expect(response.headers.get('retry-after')).toBeNull()
    }
    const other = { ...headers, 'x-forwarded-for': '198.51.100.1' }
    const { response } = await readManifest(auth, '?wait=1', other)
    expect(response.headers.get('retry-after')).toBeNull()
  })

  it('hear an empty 429 above two hundred of these in a second', async () => {
    const auth = await start()
    const { etag } = await readManifest(auth)
    // The clock stands still, so all of them come in one second.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const headers = { 'if-none-match': etag, 'x-forwarded-for': '192.0.2.1' }
    const statuses = await Promise.all(
      Array.from({ length: 600 }, async () => {
        const answer = await send(auth, '/manifest?wait=1', headers)
        return [answer.status, answer.headers.get('retry-after'), (await answer.text()).length > 0]
      }),
    )
    expect(statuses.filter(([status]) => status === 429).length).toBeGreaterThanOrEqual(100)
    expect(statuses.find(([status]) => status === 429)).toEqual([429, '1', false])
    expect(new Set(statuses.map(([status]) => status))).toEqual(new Set([200, 429]))
  })
})

describe('a Better Auth that is not supported', () => {
  it.each(['1.6.34', '1.8.0', '2.0.0', undefined])(
    '%s is refused at start, by name',
    async (version) => {
      const store = createMemoryStore()
      const imposter = {
        id: 'imposter',
        init(context: { version: string | undefined }) {
          context.version = version
        },
      }
      const { betterAuth } = await import('better-auth')
      const { claimcheck } = await import('../src/better-auth/index.js')
      const auth = betterAuth({
        baseURL: appUrl,
        secret: 'a-secret-for-tests-that-is-long-enough-0123456789',
        database: store.database,
        logger: { disabled: true },
        // The type of a plugin's context has it read-only; here the version is what is tested.
        plugins: [imposter as never, ...claimcheck({ audience: apiUrl })],
      })
      await expect(auth.$context).rejects.toThrow(
        /^claimcheck: expected Better Auth 1\.7, but this is/,
      )
    },
  )
})
