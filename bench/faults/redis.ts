/** Redis goes away while two processes count in it, and comes back. */
import { setTimeout as wait } from 'node:timers/promises'
import { findRedis, startRedis } from '../../scripts/test/redis.js'
import { startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { startAsking } from './asking.js'
import { toBar } from './bar.js'

const program = findRedis()

/** Requests a minute. */
const LIMIT = 300

const said = ['requests are counted by each process alone', 'requests are counted together again']

export async function loseRedis(): Promise<readonly Bar[]> {
  if (program === undefined) throw new Error('There is no redis-server here.')
  let redis = await startRedis(program)
  const stage = await startApiStage({
    toEnv: () => ({
      REDIS_URL: redis.url,
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      LOG_LEVEL: 'info',
    }),
  })
  const second = await stage.startApi()
  try {
    let person = 0
    const urls = [stage.url, second.url].map((url) => `${url}/api/me`)
    let turn = 0
    const next = () => {
      turn += 1
      return urls[turn % 2] ?? ''
    }
    // A person each, so that nobody reaches the limit by this.
    const calm = startAsking({
      url: next,
      headers: () => {
        person += 1
        return stage.signIn(`calm-${person}`)
      },
      pause: 20,
    })
    const spend = async (name: string) => {
      await untilMinuteBegins()
      const headers = await stage.signIn(name)
      const greedy = startAsking({ url: next, headers: () => headers, pause: 10 })
      await wait(15_000)
      await greedy.stop()
      return greedy.answers.filter(({ status }) => status === 200).length
    }
    const before = await spend('before')
    await redis.stop()
    const during = await spend('during')
    redis = await startRedis(program, redis.port)
    await wait(3000)
    const after = await spend('after')
    await calm.stop()
    console.log(`  let through of one person: ${before} before, ${during} during, ${after} after`)
    const failed = calm.answers.filter(({ status }) => status !== 200).length
    const lines = stage.lines.map(({ msg }) => msg)
    return [
      toBar('requests of others that failed', failed, 0),
      toBar('let through of one person with Redis, of the limit', before / LIMIT, 1.5, '×'),
      toBar('without Redis, where each of two processes counts alone', during / LIMIT, 2, '×'),
      toBar('with Redis again', after / LIMIT, 1.5, '×'),
      toBar(
        'sentences about it missing in the log',
        said.filter((each) => !lines.includes(each)).length,
        0,
      ),
    ]
  } finally {
    await second.stop()
    await stage.stop()
    await redis.stop()
  }
}

/** Counts begin anew with each minute; a good part of one has to be left. */
async function untilMinuteBegins(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 25_000) await wait(left)
}
