/** What every problem answer has, checked in one place. */
import { expect } from 'vitest'

/** The part of a problem that differs from one to the next. */
export interface ProblemBody {
  errors?: { path: string; message: string }[]
}

/** Expects a problem with this status and code, whole and with the headers that go with it. */
export async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<ProblemBody> {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  const body: unknown = await response.json()
  expect(body).toMatchObject({
    type: expect.stringMatching(new RegExp(`^https://.*/docs/errors\\.md#${code}$`)),
    title: expect.stringMatching(/^[A-Z]/),
    status,
    code,
    detail: expect.stringMatching(/^[A-Z].*\.$/),
    requestId: response.headers.get('X-Request-Id'),
  })
  // toMatchObject has just seen that it is an object.
  return body as ProblemBody
}
