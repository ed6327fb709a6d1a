/** The issuer is down for longer than a token lives, alone and together with the database. */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { startAsking } from './asking.js'
import { toBar } from './bar.js'
import { send } from './ledger.js'

/** Seconds that a token lives, for this once. */
const LIFETIME = 20

/** Milliseconds that the issuer is away. */
const AWAY_MS = 40_000

/** Seconds by which a clock may differ, and a token outlive its end. */
const TOLERANCE = 5

export async function loseIssuer(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ toEnv: withFeed })
  const { issuer } = stage.issuer
  try {
    const path = '/api/me/tasks?limit=1'
    const ask = (headers: Record<string, string>) =>
      startAsking({ url: () => `${stage.url}${path}`, headers: () => headers, pause: 50 })
    const long = ask(await stage.signIn('ada', { sid: 'ada' }))
    const ended = ask(await stage.signIn('bob', { sid: 'bob' }))
    await wait(1000)
    const away = performance.now()
    const short = ask({
      Authorization: `Bearer ${await issuer.sign({ sub: 'eve', sid: 'eve' }, { expiresIn: LIFETIME })}`,
    })
    stage.issuer.setAway(true)
    await wait(AWAY_MS)
    // What happens at the issuer while nobody reaches it.
    await issuer.feed.revokeSession('bob')
    await issuer.rotate()
    const fresh = await stage.signIn('ada', { sid: 'again' })
    stage.issuer.setAway(false)
    const back = performance.now()
    const renewed = ask(fresh)
    await wait(12_000)
    await Promise.all([long, ended, short, renewed].map((each) => each.stop()))
    console.log(`  a token that lives on: ${long.summary()}; one that ends: ${short.summary()}`)
    const early = short.answers.filter(
      ({ at, status }) => status !== 200 && at < away + LIFETIME * 1000,
    )
    const late = short.answers.filter(
      ({ at, status }) => status !== 401 && at > away + (LIFETIME + TOLERANCE + 1) * 1000,
    )
    const failed = long.answers.filter(({ status }) => status !== 200)
    const refused = renewed.answers.filter(({ status }) => status === 401)
    return [
      toBar('answers other than 200 to a token that lives on', failed.length, 0),
      toBar('answers other than 200 to a short token before its end', early.length, 0),
      toBar('answers other than 401 to it afterwards', late.length, 0),
      toBar('a token of a key made meanwhile: 401', refused.length, 0),
      toBar('the same: 200 after the issuer is back', renewed.until(200, back), 2000, 'ms'),
      toBar('a session ended meanwhile: 401 after that', ended.until(401, back), 2000, 'ms'),
    ]
  } finally {
    await stage.stop()
  }
}

export async function loseBoth(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ toEnv: withFeed })
  const agent = new Agent({ keepAlive: true })
  try {
    const headers = await stage.signIn('ada')
    const url = (path: string) => `${stage.url}${path}`
    const tasks = startAsking({
      url: () => url('/api/me/tasks'),
      headers: () => headers,
      pause: 50,
    })
    await wait(1000)
    await lose(stage)
    const bars: Bar[] = []
    const slowest: number[] = []
    for (const [name, path, sent, status] of [
      ['a good token, and rows: 503', '/api/me/tasks', headers, 503],
      ['a good token, and no rows: 200', '/api/me', headers, 200],
      ['a bad token: 401', '/api/me/tasks', { Authorization: 'Bearer a.b.c' }, 401],
      ['liveness: 200', '/livez', {}, 200],
      ['readiness: 503', '/readyz', {}, 503],
    ] as const) {
      const began = performance.now()
      const answered = await send(agent, url(path), sent)
      slowest.push(performance.now() - began)
      bars.push(toBar(`other answers than this to ${name}`, answered === status ? 0 : 1, 0))
    }
    const recovered = await find(stage)
    await wait(3000)
    await lose(stage)
    // Started while it has neither.
    await stage.restartApi('SIGKILL', { isReady: false })
    await wait(4000)
    const started = await find(stage)
    await wait(7000)
    await tasks.stop()
    console.log(`  ${tasks.summary()}`)
    return [
      ...bars,
      toBar('the slowest of them', Math.max(...slowest), 3000, 'ms'),
      toBar('first 200 after both are back', tasks.until(200, recovered), 2000, 'ms'),
      toBar(
        'the same of a process that started without them',
        tasks.until(200, started),
        2000,
        'ms',
      ),
    ]
  } finally {
    agent.destroy()
    await stage.stop()
  }
}

function withFeed({ issuer }: { issuer: string }): Record<string, string> {
  return { REVOCATIONS_URL: `${issuer}/revocations` }
}

async function lose(stage: ApiStage): Promise<void> {
  stage.issuer.setAway(true)
  await stage.stopDatabase()
}

/** When both were back, on the clock of `performance.now()`. */
async function find(stage: ApiStage): Promise<number> {
  stage.issuer.setAway(false)
  return stage.startDatabase()
}
