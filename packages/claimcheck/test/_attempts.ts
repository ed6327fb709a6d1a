/** Turns an attempt of the catalogue into the forms in which frameworks get their requests. */
import type { Attempt } from '../src/testing/index.js'

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
