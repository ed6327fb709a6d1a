/** Throws the catalogue at a protected API, and says where an answer was not the one that is due. */
import type { Algorithm } from '../../contract.js'
import { createTestIssuer, type TestIssuer } from '../test-issuer.js'
import type { Attempt, HostileCase, KeySetMeans } from './case.js'
import { hostileCases } from './catalogue.js'
import { createMeans } from './means.js'
import type { Refusal } from './refusals.js'

/** What the API answered. */
export interface HostileAnswer {
  readonly status: number
  /** The `code` of the problem document, or null where there is none. */
  readonly code: string | null
  /** The `WWW-Authenticate` header as it came, or null. */
  readonly challenge: string | null
}

/** A running API. */
export interface ProtectedApi {
  /** Sends one request to a path that any good token may read, and gives what was answered. */
  send(attempt: Attempt): Promise<HostileAnswer>
  close?(): void | Promise<void>
}

/** Starts the API anew, trusting this issuer. */
export type StartApi = (issuer: TestIssuer) => ProtectedApi | Promise<ProtectedApi>

export interface HostileRunOptions {
  /** What the issuer signs with. Default: `EdDSA`. */
  algorithm?: Algorithm
  /** Which cases to run. Default: all of the catalogue. */
  cases?: readonly HostileCase[]
  /** Default: `https://issuer.test`. */
  issuer?: string
  /** Default: `https://api.test`. */
  audience?: string
}

export interface HostileResult {
  readonly hostileCase: HostileCase
  readonly answer: HostileAnswer
  readonly neighbour: HostileAnswer
  /** One sentence for each thing that was not as it should be; none where all is well. */
  readonly faults: readonly string[]
}

/** How many requests are under way at the same time. */
const IN_FLIGHT = 24

/** Runs the cases: each must be refused as it says, and its neighbour must be let in. */
export async function runHostileCases(
  start: StartApi,
  { algorithm = 'EdDSA', cases = hostileCases, ...names }: HostileRunOptions = {},
): Promise<readonly HostileResult[]> {
  const fitting = cases.filter(({ only = algorithm }) => only === algorithm)
  const issuer = await createTestIssuer({ ...names, algorithm })
  const keys = issuer.jwks.keys
  const means = await createMeans(issuer)
  return [
    ...(await runTogether(fitting.filter(({ needs }) => needs !== 'the key set'))),
    ...(await runApart(fitting.filter(({ needs }) => needs === 'the key set'))),
  ]

  /** Cases that leave the key set alone share one API. */
  async function runTogether(shared: readonly HostileCase[]): Promise<readonly HostileResult[]> {
    const api = await start(issuer)
    const waiting = [...shared.entries()]
    const results: HostileResult[] = []
    try {
      await Promise.all(Array.from({ length: IN_FLIGHT }, drain))
    } finally {
      await api.close?.()
    }
    return results

    async function drain(): Promise<void> {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, hostileCase] = next
        const answer = await api.send(await build(hostileCase, 'hostile', means))
        const neighbour = await api.send(await build(hostileCase, 'neighbour', means))
        results[index] = toResult(hostileCase, answer, neighbour)
      }
    }
  }

  /** Cases that change the key set get an API of their own, which knows nothing yet. */
  async function runApart(others: readonly HostileCase[]): Promise<readonly HostileResult[]> {
    const results: HostileResult[] = []
    for (const hostileCase of others) {
      const answer = await sendAlone(hostileCase, 'hostile')
      const neighbour = await sendAlone(hostileCase, 'neighbour')
      results.push(toResult(hostileCase, answer, neighbour))
    }
    issuer.publish(keys)
    return results
  }

  async function sendAlone(hostileCase: HostileCase, side: Side): Promise<HostileAnswer> {
    issuer.publish(keys)
    const attempt = await build(hostileCase, side, means)
    const api = await start(issuer)
    try {
      return await api.send(attempt)
    } finally {
      await api.close?.()
    }
  }
}

type Side = 'hostile' | 'neighbour'

/** The means of a key set include those of all other cases. */
function build(hostileCase: HostileCase, side: Side, means: KeySetMeans): Promise<Attempt> {
  return hostileCase[side](means)
}

function toResult(
  hostileCase: HostileCase,
  answer: HostileAnswer,
  neighbour: HostileAnswer,
): HostileResult {
  const faults = findFaults(answer, hostileCase.expected)
  if (neighbour.status !== 200) {
    faults.push(`the neighbour was answered with ${describe(neighbour)}, expected 200`)
  }
  return { hostileCase, answer, neighbour, faults }
}

function findFaults(answer: HostileAnswer, expected: Refusal): string[] {
  const faults: string[] = []
  if (answer.status !== expected.status || answer.code !== expected.code) {
    faults.push(
      `it was answered with ${describe(answer)}, expected ${expected.status} ${expected.code}`,
    )
  }
  const challenge = readChallenge(answer.challenge)
  if (challenge !== expected.challenge) {
    faults.push(`its challenge was ${challenge}, expected ${expected.challenge}`)
  }
  return faults
}

function describe({ status, code }: HostileAnswer): string {
  return code === null ? String(status) : `${status} ${code}`
}

/** The `error` of a Bearer challenge (RFC 6750 §3); `none` for one without, null for no challenge at all. */
function readChallenge(value: string | null): string | null {
  if (value === null) return null
  if (!/^Bearer( |$)/.test(value)) return 'of another scheme'
  return /[ ,]error="([^"]*)"/.exec(value)?.[1] ?? 'none'
}
