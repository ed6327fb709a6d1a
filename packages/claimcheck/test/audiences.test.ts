/** Runs the code of docs/issuer.md about several APIs: one page, one issuer, and two APIs that check tokens. */
import { createVerifier } from 'claimcheck'
import { expect, it, onTestFinished, vi } from 'vitest'
import { signUp } from './_better-auth.js'

const issuer = 'https://app.example.com'
const apis = ['https://api.example.com', 'https://billing.example.com']

it('each API is sent its own token, kept for it, and refuses the other', async () => {
  // Before the page's module is read: a client looks for its window when it is created.
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', Object.assign(new EventTarget(), { baseURI: `${issuer}/` }))
  const { auth, tokens } = await import('./audiences.example.js')
  onTestFinished(() => {
    tokens.dispose()
    vi.unstubAllGlobals()
  })
  const { browser } = await signUp(auth)
  const fetchKeys: typeof fetch = async (input, init) => auth.handler(new Request(input, init))
  const verifiers = apis.map((audience) => createVerifier({ issuer, audience, fetch: fetchKeys }))
  let asked = 0
  const sent: string[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const { origin, pathname, search } = new URL(request.url)
    if (origin === issuer) {
      asked += 1
      return browser.send('GET', pathname.replace('/api/auth', '') + search)
    }
    sent.push(request.headers.get('authorization')?.replace('Bearer ', '') ?? '')
    const identity = await verifiers[apis.indexOf(origin)]?.authenticate(request)
    return Response.json(identity?.audience)
  })
  for (const api of [...apis, ...apis]) {
    expect(await (await tokens.fetch(`${api}/me`)).json()).toBe(api)
  }
  expect(asked).toBe(2)
  for (const [index, verifier] of verifiers.entries()) {
    await expect(verifier.verify(sent[1 - index] ?? '')).rejects.toMatchObject({
      status: 401,
      code: 'audience_mismatch',
    })
    verifier.close()
  }
})
