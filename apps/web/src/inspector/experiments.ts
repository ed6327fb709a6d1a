// Ways to break a request on purpose. Each asks the real API and gives back what it answered.

import { type Answer, ask } from './answer.js'
import type { Fault } from './faulty-token.js'
import type { PracticeSession } from './practice-session.js'
import { tamper } from './token-parts.js'

export interface ExperimentTools {
  /** Origin of the task API. */
  readonly apiUrl: string
  /** Somebody else, or nobody at all. */
  readonly strangerId: string
  /** The person's own good token. */
  getToken(): Promise<string>
  signFaulty(fault: Fault): Promise<string>
  startPractice(): Promise<PracticeSession>
  endPractice(id: string): Promise<void>
}

/** How a token of a session fared that was ended while it was in use. */
export interface EndedSession {
  /** Requests that were answered with 200 before. */
  readonly accepted: number
  /** From the answer that the session had ended to the refusal, in milliseconds; 0 when it came first. */
  readonly delay: number
  readonly refusal: Answer
}

export interface Experiments {
  sendExpired(): Promise<Answer>
  sendTampered(): Promise<Answer>
  sendToWrongAudience(): Promise<Answer>
  askForStranger(): Promise<Answer>
  /** @param onAccepted Called with the number of accepted requests so far. */
  signOutElsewhere(onAccepted: (count: number) => void): Promise<EndedSession>
}

/** Milliseconds after which a session that lives on is reported as it is: accepted. */
const patience = 30_000
const pause = 100

/** How many requests of the other session have to be accepted before it is ended. */
const before = 5

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

  return {
    sendExpired: async () => inspect(await tools.signFaulty('expired')),
    sendTampered: async () => inspect(tamper(await tools.getToken(), strangerId)),
    sendToWrongAudience: async () => inspect(await tools.signFaulty('audience')),
    askForStranger: async () =>
      send(`/api/${encodeURIComponent(strangerId)}/tasks`, await tools.getToken()),
    async signOutElsewhere(onAccepted) {
      const { id, token } = await tools.startPractice()
      for (let count = 1; count <= before; count += 1) {
        const answer = await send('/api/me', token)
        if (answer.status !== 200) return { accepted: count - 1, delay: 0, refusal: answer }
        onAccepted(count)
        await wait(pause)
      }
      const ending = tools.endPractice(id).then(() => performance.now())
      const [endedAt, refused] = await Promise.all([ending, untilRefused(token, onAccepted)])
      return {
        accepted: before + refused.accepted,
        delay: Math.max(0, refused.at - endedAt),
        // The inspection has the trace as well.
        refusal: await inspect(token),
      }
    },
  }

  async function untilRefused(token: string, onAccepted: (count: number) => void) {
    const until = performance.now() + patience
    for (let accepted = 0; ; accepted += 1) {
      const answer = await send('/api/me', token)
      const at = performance.now()
      if (answer.status !== 200 || at > until) return { accepted, at }
      onAccepted(before + accepted + 1)
      await wait(pause)
    }
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
