/** Ways to break a request on purpose. Each asks the real API and gives back what it answered. */

import { type Answer, ask } from './answer.js'
import type { Fault } from './faulty-token.js'
import type { PracticeSession } from './practice-session.js'
import { confuse, tamper, unsign } from './token-parts.js'

export interface ExperimentTools {
  /** Origin of the task API. */
  readonly apiUrl: string
  /** Somebody else, or nobody at all. */
  readonly strangerId: string
  /** The person's own good token. */
  getToken(): Promise<string>
  /** Null after too many. */
  signFaulty(fault: Fault): Promise<string | null>
  /** Null after too many. */
  startPractice(): Promise<PracticeSession | null>
  endPractice(id: string): Promise<void>
}

/** How a token fared whose session was ended while it was in use. */
export interface EndedSession {
  /** Requests that were answered with 200. */
  readonly accepted: number
  /**
   * `refused`: because the session had ended. `alive`: it was not, for half a minute. `unclear`: there was another
   * answer
   * than these.
   */
  readonly outcome: 'refused' | 'alive' | 'unclear'
  /** From the answer that the session had ended to the refusal, in milliseconds; 0 when it came first. */
  readonly delay: number
  readonly last: Answer
}

export interface WatchOptions {
  /** Told how many requests were accepted so far. */
  onAccepted(count: number): void
  /** Nobody looks any more. */
  readonly signal: AbortSignal
}

/** The site could not do its part: sign a token, or begin or end a session. */
export class SiteError extends Error {
  override readonly name = 'SiteError'
}

/** The person has tried so often that the site wants a pause. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError'
}

export interface Experiments {
  sendExpired(): Promise<Answer>
  /** The person's own token, said to be about somebody else. */
  sendTampered(subject: string): Promise<Answer>
  /** The person's own claims, with the algorithm `none` (RFC 7518 §3.6). */
  sendUnsigned(): Promise<Answer>
  /** The person's own claims, signed with HS256 and the public key for a secret (RFC 8725 §2.1). */
  sendConfused(): Promise<Answer>
  sendToWrongAudience(): Promise<Answer>
  askForStranger(): Promise<Answer>
  signOutElsewhere(options: WatchOptions): Promise<EndedSession>
}

/** Milliseconds after which a session that lives on is reported as it is: accepted. */
const PATIENCE = 30_000
const PAUSE = 100

/** How many requests of the other session have to be accepted before it is ended. */
const BEFORE = 5

export function createExperiments(tools: ExperimentTools): Experiments {
  const { apiUrl, strangerId } = tools

  function send(path: string, token: string): Promise<Answer> {
    return ask(() =>
      fetch(`${apiUrl}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        cache: 'no-store',
      }),
    )
  }

  const inspect = (token: string) => send('/api/me/inspection', token)

  const sendFaulty = async (fault: Fault) =>
    inspect(assertAllowed(await askSite(() => tools.signFaulty(fault))))

  return {
    sendExpired: () => sendFaulty('expired'),
    sendTampered: async (subject) => inspect(tamper(await tools.getToken(), subject)),
    sendUnsigned: async () => inspect(unsign(await tools.getToken())),
    async sendConfused() {
      const keys = await askSite(fetchKeySet)
      return inspect(await confuse(await tools.getToken(), keys))
    },
    sendToWrongAudience: () => sendFaulty('audience'),
    askForStranger: async () =>
      send(`/api/${encodeURIComponent(strangerId)}/tasks`, await tools.getToken()),
    async signOutElsewhere({ onAccepted, signal }) {
      const { id, token } = assertAllowed(await askSite(tools.startPractice))
      const endSession = () => askSite(() => tools.endPractice(id))
      const first = await use(token, { onAccepted, signal, already: 0, most: BEFORE })
      if (first.last.status !== 200) {
        await endSession()
        return { ...first, outcome: 'unclear', delay: 0 }
      }
      const failing = new AbortController()
      const ending = endSession().then(
        () => performance.now(),
        (error) => {
          failing.abort()
          throw error
        },
      )
      const watching = use(token, {
        onAccepted,
        signal: AbortSignal.any([signal, failing.signal]),
        already: BEFORE,
        most: Number.POSITIVE_INFINITY,
      })
      const [endedAt, { accepted, last, at }] = await Promise.all([ending, watching])
      const outcome = last.status === 401 ? 'refused' : last.status === 200 ? 'alive' : 'unclear'
      // The inspection has the trace as well.
      const shown = outcome === 'refused' ? await inspect(token) : last
      return { accepted, outcome, delay: Math.max(0, at - endedAt), last: shown }
    },
  }

  /** Sends requests with the token until one is not accepted, or there were enough. */
  async function use(token: string, options: WatchOptions & { already: number; most: number }) {
    const { onAccepted, signal, already, most } = options
    const until = performance.now() + PATIENCE
    for (let accepted = already; ; ) {
      const last = await send('/api/me', token)
      const at = performance.now()
      if (last.status !== 200) return { accepted, last, at }
      accepted += 1
      if (!signal.aborted) onAccepted(accepted)
      if (signal.aborted || accepted >= most || at > until) return { accepted, last, at }
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  }
}

/** The published keys, as text: what a forger has. */
async function fetchKeySet(): Promise<string> {
  const response = await fetch('/api/auth/jwks')
  if (!response.ok) throw new Error(`The site answered ${response.status}.`)
  return response.text()
}

async function askSite<Value>(action: () => Promise<Value>): Promise<Value> {
  try {
    return await action()
  } catch (cause) {
    throw new SiteError('The site did not do its part.', { cause })
  }
}

function assertAllowed<Value>(value: Value | null): Value {
  if (value === null) throw new TooManyError('The site wants a pause.')
  return value
}
