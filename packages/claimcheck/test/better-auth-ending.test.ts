import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import {
  createDatabase,
  createMemoryStore,
  openBrowser,
  openPostgresStore,
  type Store,
  signIn,
} from './_better-auth.js'
import { actions, createRevokingIssuer, type RevokingAuth, setScene } from './_ending.js'
import { isRefused } from './_feed.js'

const servers = [
  { name: 'memory', open: async () => createMemoryStore() },
  ...inject('databases').map(({ name, url }) => ({
    name,
    open: async () => openPostgresStore(await createDatabase(url)),
  })),
]

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe.each(servers)('what ends sessions, on $name', ({ open }) => {
  let store: Store
  let auth: RevokingAuth
  const resets = new Map<string, string>()

  beforeAll(async () => {
    store = await open()
    auth = await createRevokingIssuer(store, resets)
    return () => store.close()
  })

  describe.each(actions)('$title', ({ ends, run }) => {
    it('an ending refuses the tokens it ends, and no others, from its answer on', async () => {
      const scene = await setScene(auth, resets)
      const tokens = { own: await scene.person.browser.token(), other: await scene.other.token() }
      const bystander = await scene.admin.token()
      const cookies = new Map(scene.person.browser.cookies)
      expect(await isRefused(auth, tokens.own)).toBe(false)
      expect((await run(scene)).status).toBe(200)
      await vi.waitFor(async () => {
        expect({
          own: await isRefused(auth, tokens.own),
          other: await isRefused(auth, tokens.other),
        }).toEqual({ own: ends.includes('own'), other: ends.includes('other') })
      }, 20_000)
      expect(await isRefused(auth, bystander)).toBe(false)
      const minted = { own: openBrowser(auth.handler, cookies), other: scene.other }
      for (const device of ['own', 'other'] as const) {
        expect((await minted[device].token()) === null, device).toBe(ends.includes(device))
      }
    })

    it('an ending answers 503 and ends nothing when the row is refused', async () => {
      const scene = await setScene(auth, resets)
      const token = await scene.person.browser.token()
      const cookies = new Map(scene.person.browser.cookies)
      const prepared = { ...scene, resetToken: toConstant(await scene.resetToken()) }
      const restore = await store.refuse('revocation')
      const answer = await run(prepared)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      await restore()
      expect(await isRefused(auth, token)).toBe(false)
      expect(await openBrowser(auth.handler, cookies).token()).not.toBeNull()
      expect(await scene.other.token()).not.toBeNull()
      const again = await signIn(auth, scene.person)
      expect(
        await again.token(),
        'the password is the old one, the account is there',
      ).not.toBeNull()
    })
  })
})

function toConstant<T>(value: T): () => Promise<T> {
  return async () => value
}
