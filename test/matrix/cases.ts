/** What every runtime has to do, asked over HTTP of an API that runs on it. */
import { request as send } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Attempt, type HostileAnswer, hostileCases, runHostileCases } from 'claimcheck/testing'
import type { ServedIssuer } from './issuer.js'

/** An API that runs on one runtime, and the issuer it trusts. */
export interface Subject {
  readonly port: number
  readonly served: ServedIssuer
  readonly hidesRepeatedHeaders: boolean
  /** What its process has written so far. */
  readonly readLog: () => string
}

export interface MatrixCase {
  readonly name: string
  /** @throws Error that says what was wrong */
  readonly run: (subject: Subject) => Promise<void>
}

/** How many requests come at the same moment, none of which may wait for another for ever. */
const AT_ONCE = 20

/** How often a client tries again after a 503. */
const MOST_ATTEMPTS = 6

/** How long a sign-out may take to count, and an issuer that is back to be found, in milliseconds. */
const PROMISED = 2_000

export const matrixCases: readonly MatrixCase[] = [
  {
    name: 'starts',
    async run(subject) {
      await expectAll(subject, await signMany(subject, 'start'), 200)
    },
  },
  {
    name: 'rotation',
    async run(subject) {
      await subject.served.issuer.rotate()
      await expectAll(subject, await signMany(subject, 'rotated'), 200)
    },
  },
  {
    name: 'sign-out',
    async run(subject) {
      const { issuer } = subject.served
      const ended = await issuer.sign({ sub: 'ada', sid: 'ended' })
      const other = await issuer.sign({ sub: 'ada', sid: 'other' })
      await expectAll(subject, [ended, other], 200)
      await issuer.feed.revokeSession('ended')
      const answer = await poll(
        () => ask(subject, ended),
        ({ status }) => status === 401,
      )
      if (answer.code !== 'token_revoked') throw new Error(`after the sign-out: ${show(answer)}`)
      await expectAll(subject, [other], 200)
    },
  },
  {
    name: 'outage',
    async run(subject) {
      const { served } = subject
      const known = await served.issuer.sign({ sub: 'ada', sid: 'known' })
      await expectAll(subject, [known], 200)
      served.isAway = true
      await expectAll(subject, new Array(AT_ONCE).fill(known), 200)
      await served.issuer.rotate()
      const unknown = await served.issuer.sign({ sub: 'ada', sid: 'known' })
      const answer = await sendAttempt(subject, toAttempt(unknown))
      if (answer.status !== 503) throw new Error(`an unknown key, issuer away: ${show(answer)}`)
      served.isAway = false
      await poll(
        () => ask(subject, unknown),
        ({ status }) => status === 200,
      )
    },
  },
  {
    name: 'says so',
    async run({ readLog }) {
      const until = performance.now() + PROMISED
      const sentences = [
        /claimcheck: No keys from /,
        /claimcheck: The keys from .* are there again/,
      ]
      while (!sentences.every((sentence) => sentence.test(readLog()))) {
        if (performance.now() > until) throw new Error('the console says nothing of the outage')
        await wait(50)
      }
    },
  },
  {
    name: 'hostile tokens',
    async run(subject) {
      const { served } = subject
      const { issuer: name, audience } = served.issuer.options
      const cases = hostileCases.filter(({ needs, id }) => {
        const isSeen = !(subject.hidesRepeatedHeaders && id.startsWith('header-twice'))
        return needs !== 'the key set' && isSeen
      })
      const results = await runHostileCases(
        (issuer) => {
          served.issuer = issuer
          return { send: (attempt: Attempt) => sendPatiently(subject, attempt) }
        },
        { issuer: name, audience, cases },
      )
      const faults = results.flatMap(({ hostileCase, answer, neighbour, faults: found }) => {
        // A server that refuses a header by itself has refused.
        const isRefusedBefore = answer.status === 400 && answer.code === null
        return found.length === 0 || (isRefusedBefore && neighbour.status === 200)
          ? []
          : [`${hostileCase.id}: ${found.join('; ')}`]
      })
      if (faults.length > 0) {
        throw new Error(`${faults.length} of ${results.length}: ${faults.slice(0, 5).join(' | ')}`)
      }
    },
  },
]

function signMany({ served }: Subject, name: string): Promise<string[]> {
  return Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) =>
      served.issuer.sign({ sub: 'ada', sid: `${name}-${index}` }),
    ),
  )
}

/** Asks with all of them at once. */
async function expectAll(
  subject: Subject,
  tokens: readonly string[],
  status: number,
): Promise<void> {
  const answers = await Promise.all(tokens.map((token) => ask(subject, token)))
  const wrong = answers.find((answer) => answer.status !== status)
  if (wrong !== undefined) throw new Error(`expected ${status}: ${show(wrong)}`)
}

function ask(subject: Subject, token: string): Promise<HostileAnswer> {
  return sendPatiently(subject, toAttempt(token))
}

function toAttempt(token: string): Attempt {
  return { headers: [['Authorization', `Bearer ${token}`]] }
}

/** As a good client does: a 503 says that it could not be checked yet, which a busy machine makes likely. */
async function sendPatiently(subject: Subject, attempt: Attempt): Promise<HostileAnswer> {
  for (let count = 1; ; count += 1) {
    const answer = await sendAttempt(subject, attempt)
    if (answer.status !== 503 || count === MOST_ATTEMPTS) return answer
    await wait(500)
  }
}

async function poll(
  question: () => Promise<HostileAnswer>,
  isGood: (answer: HostileAnswer) => boolean,
): Promise<HostileAnswer> {
  const until = performance.now() + PROMISED
  for (;;) {
    const answer = await question()
    if (isGood(answer)) return answer
    if (performance.now() > until) throw new Error(`${PROMISED} ms later: ${show(answer)}`)
    await wait(50)
  }
}

/** With node:http, because fetch would join or refuse headers. */
function sendAttempt({ port }: Subject, { headers, query }: Attempt): Promise<HostileAnswer> {
  const raw = headers.flat()
  const path = query === undefined ? '/api/me' : `/api/me?${query}`
  return new Promise((resolve, reject) => {
    const request = send(
      { port, host: '127.0.0.1', path, headers: ['Host', `127.0.0.1:${port}`, ...raw] },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => {
          const challenge = response.headers['www-authenticate'] ?? null
          resolve({ status: response.statusCode ?? 0, code: readCode(text), challenge })
        })
      },
    )
    request.on('error', reject)
    request.setTimeout(10_000, () => request.destroy(new Error('no answer in 10 s')))
    request.end()
  })
}

function readCode(text: string): string | null {
  try {
    const { code, detail, error } = JSON.parse(text)
    // An envelope of tRPC around it.
    if (error?.data?.auth !== undefined) return error.data.auth
    return code === 'crashed' ? `crashed (${detail})` : (code ?? null)
  } catch {
    return null
  }
}

function show({ status, code }: HostileAnswer): string {
  return `${status} ${code ?? ''}`.trim()
}
