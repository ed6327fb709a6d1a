/** How often people signed in and tokens were asked for, and how that ended. */
import type { IncomingMessage } from 'node:http'
import { readText } from './rules/rule.js'

/** By outcome: `accepted`, or the code of the refusal in small letters. */
export type Outcomes = Readonly<Record<string, number>>

export interface Counts {
  readonly signIns: Outcomes
  readonly tokens: Outcomes
  /** Counts what Better Auth answered, where that is one of these. */
  countAnswer(request: Request, answer: Response): Promise<void>
  /** Counts a request that was turned away before anybody looked at it, where it is one of these. */
  countShed(request: IncomingMessage): void
  /** Counts a token for the server's own calls. */
  countToken(outcome: 'accepted' | 'unauthorized'): void
}

/** What is said of a refusal that has no code. */
const byStatus: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  429: 'rate_limited',
  503: 'unavailable',
}

export function createCounts(): Counts {
  const signIns: Record<string, number> = {}
  const tokens: Record<string, number> = {}
  const counted: Readonly<Record<string, Record<string, number>>> = {
    'POST /api/auth/sign-in/email': signIns,
    'GET /api/auth/token': tokens,
  }
  return {
    signIns,
    tokens,
    async countAnswer(request, answer) {
      const outcomes = counted[`${request.method} ${new URL(request.url).pathname}`]
      if (outcomes) add(outcomes, answer.ok ? 'accepted' : await readRefusal(answer))
    },
    countShed({ method, url = '' }) {
      const outcomes = counted[`${method} ${url.split('?', 1)[0]}`]
      if (outcomes) add(outcomes, 'overloaded')
    },
    countToken: (outcome) => add(tokens, outcome),
  }
}

function add(outcomes: Record<string, number>, outcome: string): void {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
}

/** Codes are made here and by Better Auth, never by who asks. */
async function readRefusal(answer: Response): Promise<string> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null)
  const code = readText(body, 'code')?.toLowerCase()
  return code ?? byStatus[answer.status] ?? 'failed'
}
