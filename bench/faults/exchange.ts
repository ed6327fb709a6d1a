/** One request and its answer, or what the connection died of. */
import { type Agent, request as requestPlain } from 'node:http'
import { request as requestSafe } from 'node:https'

/** The status of an answer, or without one what the connection died of, as in `ECONNRESET, kept alive`. */
export type Outcome = number | string

export interface Answer {
  readonly status: Outcome
  readonly text: string
  /** What the answer sets, as a browser would send it back. */
  readonly cookie: string
}

export interface Exchange {
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON. Default: none. */
  readonly body?: unknown
  /** Default: POST with a body, else GET. */
  readonly method?: string
}

/** Milliseconds without an answer after which it is given up. */
const PATIENCE_MS = 10_000

export function exchange(agent: Agent, url: string, sent: Exchange): Promise<Answer> {
  const { headers, body, method = body === undefined ? 'GET' : 'POST' } = sent
  const request = url.startsWith('https:') ? requestSafe : requestPlain
  return new Promise((resolve) => {
    const sending = request(url, { agent, method, headers, timeout: PATIENCE_MS }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', fail)
      response.on('end', () => {
        const set = response.headers['set-cookie'] ?? []
        const cookie = set.map((line) => line.split(';', 1)[0]).join('; ')
        resolve({ status: response.statusCode ?? 'no status', text, cookie })
      })
    })
    function fail(error: NodeJS.ErrnoException): void {
      const reused = sending.reusedSocket ? ', kept alive' : ''
      resolve({ status: `${error.code ?? error.message}${reused}`, text: '', cookie: '' })
    }
    sending.on('timeout', () => sending.destroy(new Error('no answer')))
    sending.on('error', fail)
    sending.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
