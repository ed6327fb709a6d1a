/** Redis goes away from the web app, which keeps sessions and counts in it, and comes back. */
import { setTimeout as wait } from 'node:timers/promises'
import { findRedis, startRedis } from '../../scripts/test/redis.js'
import { type Person, password, startWebStage } from '../abuse/web-stage.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'

const PEOPLE = 10

const said = [
  'Redis cannot be reached, sessions are read from the database',
  'Redis can be reached again',
]

/** Everybody signs in again, fetches a token and tries to sign out: before, meanwhile and afterwards. */
export async function loseRedisOfSignIn(): Promise<readonly Bar[]> {
  const program = findRedis()
  if (program === undefined) throw new Error('There is no redis-server here.')
  let redis = await startRedis(program)
  let log = ''
  const stage = await startWebStage({ REDIS_URL: redis.url, LOG_LEVEL: 'warn' }, (chunk) => {
    log += chunk
  })
  try {
    const people: Person[] = []
    for (let person = 0; person < PEOPLE; person += 1) people.push(await stage.signUp())
    const ask = async (what: string, send: (person: Person) => Promise<Response>, good: number) => {
      const began = performance.now()
      const statuses = await Promise.all(people.map(async (person) => (await send(person)).status))
      const took = performance.now() - began
      console.log(`  ${what}: ${statuses.join(' ')}, all after ${took.toFixed(0)} ms`)
      return toBar(
        `${what}: other than ${good}`,
        statuses.filter((each) => each !== good).length,
        0,
      )
    }
    const readToken = (person: Person) =>
      fetch(`${stage.webUrl}/api/auth/token`, { headers: person.headers })
    const signIn = ({ headers, email }: Person) => {
      const { Cookie: _, ...own } = headers
      return fetch(`${stage.webUrl}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { ...own, 'Content-Type': 'application/json' },
        body: JSON.stringify({ email, password }),
      })
    }
    const bars = [await ask('a token with Redis', readToken, 200)]
    await redis.stop()
    bars.push(
      await ask('a token without it', readToken, 200),
      await ask('signing in without it', signIn, 200),
      // Redis may still hold the session, so saying that it has ended would be a lie.
      await ask('signing out without it', (person) => person.signOut(), 503),
    )
    redis = await startRedis(program, redis.port)
    while (!said.every((sentence) => log.includes(sentence))) await wait(100)
    bars.push(
      await ask('signing out with it again', (person) => person.signOut(), 200),
      await ask('a token of what was signed out', readToken, 401),
    )
    return bars
  } finally {
    await stage.stop()
    await redis.stop()
  }
}
