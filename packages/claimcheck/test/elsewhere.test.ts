/** Runs the code of docs/elsewhere.md: pages on another origin, and a program in a terminal. */
import { createVerifier } from 'claimcheck'
import { expect, it, vi } from 'vitest'
import { app, auth, fetchApiToken, signInFromTerminal } from './elsewhere.example.js'

const issuer = 'https://app.example.com'
const pages = 'https://pages.example.com'
const fetch: typeof globalThis.fetch = async (input, init) => app.fetch(new Request(input, init))

async function signUp(email: string): Promise<string> {
  const response = await fetch(`${issuer}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: pages },
    body: JSON.stringify({ name: 'Ada', email, password: 'a long password' }),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true')
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

it('pages on a trusted origin may ask for tokens, and no others may', async () => {
  const cookie = await signUp('pages@example.com')
  const ask = (Origin: string) =>
    fetch(`${issuer}/api/auth/token`, {
      headers: { cookie, Origin, 'Sec-Fetch-Site': 'same-site' },
    })
  const answer = await ask(pages)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(pages)
  const refused = await ask('https://elsewhere.example.net')
  expect(refused.status).toBe(403)
  expect(refused.headers.get('Access-Control-Allow-Origin')).not.toBe(
    'https://elsewhere.example.net',
  )
})

it('a program in a terminal is signed in by a person elsewhere, until that session is revoked', async () => {
  const cookie = await signUp('terminal@example.com')
  const verifier = createVerifier({ issuer, audience: 'https://api.example.com', fetch })
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] })
  const signingIn = signInFromTerminal(fetch)
  await vi.waitFor(() => expect(log).toHaveBeenCalled(), { interval: 10, timeout: 20_000 })
  const code = /confirm (\S+)\.$/.exec(String(log.mock.calls[0]?.[0]))?.[1] ?? ''
  log.mockRestore()
  const person = (path: string, init: RequestInit = {}) =>
    fetch(`${issuer}/api/auth${path}`, {
      ...init,
      headers: { 'Content-Type': 'application/json', cookie, Origin: issuer },
    })
  expect((await person(`/device?user_code=${code}`)).status).toBe(200)
  const approved = await person('/device/approve', {
    method: 'POST',
    body: JSON.stringify({ userCode: code }),
  })
  expect(approved.status).toBe(200)
  await vi.advanceTimersByTimeAsync(20_000)
  vi.useRealTimers()
  const session = await signingIn
  const token = await fetchApiToken(session, fetch)
  const { subject } = await verifier.verify(token)
  const { user } = (await (await person('/get-session')).json()) as { user: { id: string } }
  expect(subject).toBe(user.id)

  await person('/revoke-other-sessions', { method: 'POST', body: '{}' })
  await expect(fetchApiToken(session, fetch)).rejects.toThrow('Signed out')
  await vi.waitFor(
    () => expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_revoked' }),
    { timeout: 10_000 },
  )
  verifier.close()
  expect(auth.options.baseURL).toBe(issuer)
})
