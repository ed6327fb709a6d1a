/** What is answered when Better Auth does not. */
import { afterEach, expect, it, vi } from 'vitest'
import { answerAuth } from './answer.js'
import { createCounts } from './counts.js'
import type { Auth } from './create-auth.js'
import { type Running, setRunning } from './running.js'

afterEach(() => {
  vi.useRealTimers()
  setRunning(undefined)
})

it.each([
  ['GET', 'token'],
  ['GET', 'jwks'],
  ['POST', 'sign-in/email'],
  ['POST', 'change-password'],
])(
  '%s %s that never ends, while the database hangs, is 503 within ten seconds',
  async (method, path) => {
    vi.useFakeTimers()
    // Nothing else of either is asked for.
    setRunning({ counts: createCounts(), checkDatabase: () => new Promise(() => {}) } as Running)
    const auth = { handler: () => new Promise(() => {}) } as unknown as Auth
    const request = new Request(`http://localhost:3000/api/auth/${path}`, { method })
    const answer = answerAuth(auth, request)
    await vi.advanceTimersByTimeAsync(9_000)
    const { status, headers } = await answer
    expect([status, headers.get('retry-after')]).toEqual([503, '2'])
  },
)

it('a password that waits long for its turn is answered all the same', async () => {
  vi.useFakeTimers()
  // Nothing else of either is asked for.
  setRunning({ counts: createCounts(), checkDatabase: async () => {} } as Running)
  let finish = (_: Response) => {}
  const handler = () =>
    new Promise<Response>((resolve) => {
      finish = resolve
    })
  const request = new Request('http://localhost:3000/api/auth/sign-in/email', { method: 'POST' })
  const answer = answerAuth({ handler } as unknown as Auth, request)
  await vi.advanceTimersByTimeAsync(30_000)
  finish(Response.json({}))
  expect((await answer).status).toBe(200)
})
