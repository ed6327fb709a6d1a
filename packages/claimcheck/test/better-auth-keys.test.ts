import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { checkIssuer, revokeKey, rotateKeys } from '../src/better-auth/index.js'
import { createVerifier, type Verifier } from '../src/index.js'
import {
  apiUrl,
  appUrl,
  createDatabase,
  createIssuer,
  createMemoryStore,
  type IssuerSettings,
  openPostgresStore,
  type Store,
  secret,
  signUp,
  type TestAuth,
  toFetch,
} from './_better-auth.js'
import { buildIssuerProgram, type IssuerProgram } from './_issuer-process.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const servers = [
  { name: 'memory', open: async () => createMemoryStore() },
  ...inject('databases').map(({ name, url }) => ({
    name,
    open: async () => openPostgresStore(await createDatabase(url)),
  })),
]

afterEach(() => {
  vi.useRealTimers()
})

describe.each(servers)('signing keys on $name', ({ open }) => {
  async function start(settings: IssuerSettings = {}, opened?: Store) {
    const store = opened ?? (await open())
    if (!opened) onTestFinished(() => store.close())
    const auth = await createIssuer(store, settings)
    return { store, auth, context: await auth.$context }
  }

  it('signing keys are made once for 20 first calls at the same time', async () => {
    const { auth, context } = await start()
    const { browser } = await signUp(auth)
    const tokens = await Promise.all(Array.from({ length: 20 }, () => browser.token()))
    expect(new Set(tokens.map(readKeyId)).size).toBe(1)
    expect(await context.adapter.count({ model: 'jwks' })).toBe(1)
  })

  it('signing keys are read once for 100 tokens', async () => {
    const { auth, context } = await start()
    const { browser } = await signUp(auth)
    await browser.token()
    const reads = vi.spyOn(context.adapter, 'findMany')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE })
    await Promise.all(Array.from({ length: 100 }, () => browser.token()))
    expect(reads.mock.calls.filter(([query]) => query.model === 'jwks')).toHaveLength(1)
  })

  it('signing keys change without one refused token, the next being published five minutes ahead', async () => {
    const { auth, context } = await start({ claimcheck: { rotation: '1h' } })
    const person = await signUp(auth)
    const begin = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: begin })
    const first = readKeyId(await person.browser.token())
    const seen = new Map<string, number>()
    const signed = new Map<string, number>()
    for (let passed = 0; passed <= 130 * MINUTE; passed += 2 * MINUTE) {
      vi.setSystemTime(begin + passed)
      for (const kid of await readKeySet(auth)) if (!seen.has(kid)) seen.set(kid, passed)
      const token = (await person.browser.token()) ?? ''
      const kid = readKeyId(token)
      if (!signed.has(kid)) signed.set(kid, passed)
      const verifier = createVerifier({ issuer: appUrl, audience: apiUrl, fetch: toFetch(auth) })
      await expect(verifier.verify(token)).resolves.toMatchObject({ subject: person.userId })
      verifier.close()
    }
    expect([...signed.keys()]).toHaveLength(3)
    for (const [kid, at] of signed) {
      if (kid !== first) expect(at - (seen.get(kid) ?? at)).toBeGreaterThanOrEqual(5 * MINUTE)
    }
    expect(await context.adapter.count({ model: 'jwks' })).toBe(3)
  })

  it('signing keys go on signing when the next one cannot be stored', async () => {
    const { auth, context } = await start({ claimcheck: { rotation: '1h' } })
    const { browser } = await signUp(auth)
    const first = readKeyId(await browser.token())
    const create = vi.spyOn(context.adapter, 'create').mockRejectedValue(new Error('read-only'))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 60 * MINUTE })
    expect(readKeyId(await browser.token())).toBe(first)
    expect(create).toHaveBeenCalled()
    create.mockRestore()
    await browser.token()
    expect(await context.adapter.count({ model: 'jwks' })).toBe(2)
  })

  it('signing keys are thrown away when no token of theirs can be alive', async () => {
    const { auth, context } = await start({ claimcheck: { rotation: '1h' } })
    const { browser } = await signUp(auth)
    const first = readKeyId(await browser.token())
    const begin = Date.now()
    vi.useFakeTimers({ toFake: ['Date'] })
    for (const passed of [2 * 60 * MINUTE, 2 * DAY, 3 * DAY]) {
      vi.setSystemTime(begin + passed)
      await browser.token()
    }
    const rows = await context.adapter.findMany<{ id: string }>({ model: 'jwks' })
    expect(rows.map(({ id }) => id)).not.toContain(first)
    expect(rows).toHaveLength(3)
  })

  it('signing keys can be changed now: the next is published at once and signs five minutes later', async () => {
    const { auth } = await start()
    const { browser } = await signUp(auth)
    const first = readKeyId(await browser.token())
    const before = Date.now()
    const next = await rotateKeys(auth)
    expect(next).toEqual({
      keyId: expect.any(String),
      algorithm: 'EdDSA',
      signsFrom: expect.any(Date),
    })
    expect(next.signsFrom.getTime() - before).toBeGreaterThanOrEqual(5 * MINUTE)
    expect(await readKeySet(auth)).toEqual([first, next.keyId])
    expect(readKeyId(await browser.token())).toBe(first)
    vi.useFakeTimers({ toFake: ['Date'], now: next.signsFrom.getTime() })
    expect(readKeyId(await browser.token())).toBe(next.keyId)
    expect(await readKeySet(auth)).toEqual([first, next.keyId])
  })

  it('signing keys are changed once when several ask at the same time', async () => {
    const { auth, context } = await start()
    const { browser } = await signUp(auth)
    await browser.token()
    const made = await Promise.all(Array.from({ length: 10 }, () => rotateKeys(auth)))
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1)
    expect(await context.adapter.count({ model: 'jwks' })).toBe(2)
  })

  it('signing keys can be revoked: the key is gone, and its tokens are refused', async () => {
    const { auth, context } = await start()
    const { browser } = await signUp(auth)
    const token = (await browser.token()) ?? ''
    expect(await revokeKey(auth, readKeyId(token))).toBe(true)
    const after = (await browser.token()) ?? ''
    expect(readKeyId(after)).not.toBe(readKeyId(token))
    expect(await readKeySet(auth)).toEqual([readKeyId(after)])
    const verifier = createVerifier({ issuer: appUrl, audience: apiUrl, fetch: toFetch(auth) })
    onTestFinished(() => verifier.close())
    await expect(verifier.verify(after)).resolves.toBeDefined()
    expect(await untilTold(verifier, token)).toMatchObject({ status: 401, code: 'key_unknown' })
    const rows = await context.adapter.findMany<{ id: string; privateKey: string }>({
      model: 'jwks',
    })
    expect(rows.find(({ id }) => id === readKeyId(token))?.privateKey).toBe('')
    expect(await revokeKey(auth, 'no-such-key')).toBe(false)
  })

  it('signing keys revoked in one process sign nothing in another ten seconds later', async () => {
    const { auth, store } = await start()
    const { auth: other } = await start({ migrate: false }, store)
    const { browser } = await signUp(other)
    const first = readKeyId(await browser.token())
    await revokeKey(auth, first)
    expect(await readKeySet(other), 'the key set never lags').not.toContain(first)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 })
    expect(readKeyId(await browser.token())).not.toBe(first)
  })

  it('signing keys follow a changed algorithm from the start, and the tokens before stay good', async () => {
    const { auth, store } = await start()
    const person = await signUp(auth)
    const before = (await person.browser.token()) ?? ''
    const { auth: changed, context } = await start(
      { claimcheck: { algorithm: 'RS256' }, migrate: false },
      store,
    )
    await checkIssuer(changed)
    expect(await context.adapter.count({ model: 'jwks' })).toBe(2)
    const response = await changed.handler(
      new Request(`${appUrl}/api/auth/token`, { headers: person.browser.headers() }),
    )
    const { token: after }: { token: string } = await response.json()
    expect([before, after].map((token) => decodeProtectedHeader(token).alg)).toEqual([
      'EdDSA',
      'RS256',
    ])
    const verifier = createVerifier({
      issuer: appUrl,
      audience: apiUrl,
      algorithms: ['EdDSA', 'RS256'],
      fetch: toFetch(changed),
    })
    onTestFinished(() => verifier.close())
    for (const token of [before, after]) {
      await expect(verifier.verify(token)).resolves.toMatchObject({ subject: person.userId })
    }
  })

  it('signing keys are taken over from a project that used jwt() alone', async () => {
    const { auth, store, context } = await start()
    const kid = readKeyId(await (await signUp(auth)).browser.token())
    await context.adapter.update({
      model: 'jwks',
      where: [{ field: 'id', value: kid }],
      update: { slot: null },
    })
    const { auth: upgraded } = await start({ migrate: false }, store)
    await checkIssuer(upgraded)
    expect(readKeyId(await (await signUp(upgraded)).browser.token())).toBe(kid)
    expect(await readKeySet(upgraded)).toEqual([kid])
  })

  it('signing keys that another secret encrypted are reported in one sentence at start', async () => {
    const { auth, store } = await start()
    await checkIssuer(auth)
    const other = 'another-secret-that-is-just-as-long-0123456789abc'
    const { auth: changed } = await start({ auth: { secret: other }, migrate: false }, store)
    await expect(checkIssuer(changed)).rejects.toThrow(
      /^claimcheck: .*cannot be decrypted.*BETTER_AUTH_SECRETS/,
    )
    await expect(checkIssuer(changed)).rejects.not.toThrow(other)
    const secrets = [
      { version: 2, value: other },
      { version: 1, value: secret },
    ]
    const { auth: cured } = await start({ auth: { secrets, secret }, migrate: false }, store)
    await expect(checkIssuer(cured)).resolves.toBeUndefined()
  })
})

describe.each(inject('databases'))('several processes on $name', ({ url }) => {
  let program: IssuerProgram

  beforeAll(async () => {
    program = await buildIssuerProgram()
    return () => program.remove()
  })

  it('several processes that ask for their first tokens at the same moment make one key', {
    timeout: 60_000,
  }, async () => {
    const database = await createDatabase(url)
    const store = openPostgresStore(database)
    onTestFinished(() => store.close())
    const auth = await createIssuer(store)
    const issuers = await Promise.all(Array.from({ length: 4 }, () => program.start(database)))
    const people = await Promise.all(issuers.map(signUp))
    const browsers = people.map(({ browser }) => browser)
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => browsers.map((browser) => browser.token())).flat(),
    )
    expect(tokens).toHaveLength(80)
    expect(new Set(tokens.map(readKeyId)).size).toBe(1)
    const context = await auth.$context
    expect(await context.adapter.count({ model: 'jwks' })).toBe(1)
  })
})

async function readKeySet(auth: TestAuth): Promise<string[]> {
  const response = await auth.handler(new Request(`${appUrl}/api/auth/jwks`))
  const { keys }: { keys: { kid: string }[] } = await response.json()
  return keys.map(({ kid }) => kid)
}

function readKeyId(token: string | null): string {
  return decodeProtectedHeader(token ?? '').kid ?? ''
}

/** Why a token is refused. On a slow machine the answer may first be that it cannot be told yet. */
async function untilTold(verifier: Verifier, token: string): Promise<unknown> {
  for (;;) {
    const refusal = await verifier.verify(token).then(
      () => 'accepted',
      (error) => error,
    )
    if (refusal.code !== 'keys_unavailable') return refusal
  }
}
