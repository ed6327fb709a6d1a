/** The feed's signed answers over bare HTTP, for a server that stands in front of Better Auth. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { APIError } from 'better-auth/api'
import type { Feed, FeedAnswer, FeedRequest } from './feed.js'

/**
 * Answers a request for the feed's document or manifest; whatever else it is, false, and nothing was done.
 *
 * @param address Where the request came from, or null where that is not known: only as many are held for one address.
 */
export type FeedListener = (
  request: IncomingMessage,
  response: ServerResponse,
  address: string | null,
) => boolean

export function listenForFeed(feed: Feed, path: string): FeedListener {
  const names = new Map<string, FeedRequest['name']>([
    [path, 'document'],
    [`${path}/manifest`, 'manifest'],
  ])
  return (request, response, address) => {
    const [pathname = '', query = ''] = (request.url ?? '').split('?', 2)
    const name = request.method === 'GET' ? names.get(pathname) : undefined
    if (name === undefined) return false
    const hangUp = new AbortController()
    response.once('close', () => hangUp.abort())
    const asked: FeedRequest = {
      name,
      wait: new URLSearchParams(query).get('wait'),
      ifNoneMatch: request.headers['if-none-match'],
      accept: request.headers.accept,
      address,
      signal: hangUp.signal,
    }
    feed.answer(asked).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, toFailure(error)),
    )
    return true
  }
}

function send(response: ServerResponse, { status, headers, body }: Sent): void {
  response.writeHead(status, { ...headers }).end(body)
}

type Sent = Omit<FeedAnswer, 'status'> & { readonly status: number }

/** As Better Auth would answer it. */
function toFailure(error: unknown): Sent {
  if (!(error instanceof APIError)) return { status: 500, headers: {}, body: null }
  const headers = Object.fromEntries(new Headers(error.headers))
  return {
    status: error.statusCode,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(error.body),
  }
}
