/**
 * What the web app does for a token: how many a second, what of it is database and what is signing; whether people who
 * sign in make the others wait; and the server's part of the dashboard. One production build, one Postgres, one run.
 */
import { createTestIssuer } from 'claimcheck/testing'
import { load, toRequest } from './api/load.js'
import { readProcessorTime } from './api/stage.js'
import { type System, startSystem } from './system.js'
import { printBars } from './table.js'

const TURN_MS = 2000
const ROUNDS = 5

/** People who sign in at once. */
const SIGNING_IN = 20

/** Requests at a time; the fewest that keep one core busy. */
const CONNECTIONS = 8

interface Asked {
  readonly name: string
  readonly requests: readonly Buffer[]
}

export async function benchToken(): Promise<boolean> {
  const system = await startSystem()
  try {
    return await measure(system)
  } finally {
    await system.stop()
  }
}

async function measure(system: System): Promise<boolean> {
  const port = Number(new URL(system.webUrl).port)
  const person = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() }
  const cookie = await signUp(system, person)
  const headers = { Host: `localhost:${port}`, Cookie: cookie }
  const get = (path: string) => toRequest('GET', path, headers)
  const token = get('/api/auth/token')
  const asked: Asked[] = [
    { name: 'GET /api/auth/token', requests: [token] },
    // The same session read from the same database, and nothing signed.
    { name: 'GET /api/auth/get-session', requests: [get('/api/auth/get-session')] },
    { name: 'GET /dashboard, rendered', requests: [get('/dashboard')] },
  ]
  const figures = new Map<string, { perSecond: number; processor: number; p99: number }[]>()
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, requests } of asked) {
      const before = readProcessorTime(system.webPid)
      const turn = await load({ ...toTurn(port), requests, connections: CONNECTIONS })
      const spent = readProcessorTime(system.webPid) - before
      const processor = (spent / turn.count) * 1_000_000
      // The first round only warms up.
      if (round > 0) figures.set(name, [...(figures.get(name) ?? []), { ...turn, processor }])
    }
    process.stderr.write('.')
  }
  process.stderr.write('\n')

  console.log(`\nThe web app, ${CONNECTIONS} connections`)
  for (const { name } of asked) {
    const rounds = figures.get(name) ?? []
    const perSecond = median(rounds.map((round) => round.perSecond))
    const processor = median(rounds.map((round) => round.processor))
    const p99 = median(rounds.map((round) => round.p99))
    console.log(
      `  ${name.padEnd(28)} ${Math.round(perSecond)} /s, p99 ${p99.toFixed(1)} ms, ${Math.round(processor)} µs of processor, ${Math.round(1e6 / processor)} a second per core`,
    )
  }
  console.log(`  Signing alone: ${Math.round(await timeSigning())} µs`)

  const idle = await timeTokens(port, token)
  const signIn = toRequest(
    'POST',
    '/api/auth/sign-in/email',
    { Host: `localhost:${port}`, Origin: system.webUrl },
    person,
  )
  const [busy, signedIn] = await Promise.all([
    timeTokens(port, token),
    load({ ...toTurn(port), requests: [signIn], connections: SIGNING_IN }),
  ])
  console.log(
    `  /api/auth/token p99: ${idle.toFixed(1)} ms idle, ${busy.toFixed(1)} ms while ${SIGNING_IN} people sign in at once (${Math.round(signedIn.perSecond)} /s)`,
  )
  return printBars('Bars', [
    {
      name: `p99 of /api/auth/token while ${SIGNING_IN} people sign in, against idle`,
      measured: busy / idle,
      asked: 3,
      atMost: true,
    },
  ])
}

function toTurn(port: number) {
  return { port, milliseconds: TURN_MS, status: 200 }
}

/** Milliseconds that all but the slowest hundredth take, asked one at a time as browsers do. */
async function timeTokens(port: number, token: Buffer): Promise<number> {
  const { p99 } = await load({ ...toTurn(port), requests: [token], connections: 1 })
  return p99
}

/** Microseconds of processor time to sign a token of the same claims. */
async function timeSigning(): Promise<number> {
  const issuer = await createTestIssuer()
  const claims = { sub: crypto.randomUUID(), sid: crypto.randomUUID(), jti: crypto.randomUUID() }
  const count = 500
  for (let index = 0; index < count; index += 1) await issuer.sign(claims)
  const before = process.cpuUsage()
  for (let index = 0; index < count; index += 1) await issuer.sign(claims)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

async function signUp(
  { webUrl }: System,
  person: { email: string; password: string },
): Promise<string> {
  const answer = await fetch(`${webUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: webUrl },
    body: JSON.stringify({ name: 'Bench', ...person }),
  })
  if (!answer.ok) throw new Error(`Expected to sign up, but the web app answered ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
