/** Turns an attempt of the catalogue into the forms in which frameworks get their requests, and reads answers. */
import type { Attempt, HostileAnswer } from '../src/testing/index.js'

export function toAddress({ query }: Attempt, path = '/me'): string {
  return `https://api.test${path}${query === undefined ? '' : `?${query}`}`
}

/** A Fetch request; it joins repeated headers. */
export function toRequest(attempt: Attempt, path?: string): Request {
  const headers = new Headers()
  for (const [name, value] of attempt.headers) headers.append(name, value)
  return new Request(toAddress(attempt, path), { headers })
}

/** The list that Node keeps of what was really sent. */
export function toRawHeaders({ headers }: Attempt): string[] {
  return headers.flat()
}

export async function readAnswer(response: Response): Promise<HostileAnswer> {
  const body: unknown = await response.json()
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  return {
    status: response.status,
    code: typeof code === 'string' ? code : null,
    challenge: response.headers.get('WWW-Authenticate'),
  }
}
