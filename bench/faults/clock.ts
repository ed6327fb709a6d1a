/** The clock of the API steps 30 seconds ahead and 30 behind, as it does when somebody corrects it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { startAsking } from './asking.js'
import { toBar } from './bar.js'

/** Seconds by which the clock is off, one after the other. */
const STEPS = [30, 0, -30, 0]

/** Milliseconds between two steps. */
const STEP_MS = 8000

const preload = new URL('./stepped-clock.mjs', import.meta.url).href

export async function stepClock(): Promise<readonly Bar[]> {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-clock-'))
  const file = join(folder, 'offset')
  await writeFile(file, '0')
  const stage = await startApiStage({
    toEnv: ({ issuer }) => ({
      REVOCATIONS_URL: `${issuer}/revocations`,
      NODE_OPTIONS: `--import=${preload}`,
      CLOCK_FILE: file,
    }),
  })
  try {
    const url = () => `${stage.url}/api/me/tasks?limit=1`
    const old = await stage.signIn('ada', { sid: 'old' })
    const kept = startAsking({ url, headers: () => old, pause: 20 })
    // Every one a token of this moment, as after a renewal.
    const fresh = startAsking({
      url,
      headers: () => stage.signIn('ada', { sid: 'new' }),
      pause: 20,
    })
    const bars: Bar[] = []
    for (const seconds of STEPS) {
      await writeFile(file, String(seconds * 1000))
      await wait(STEP_MS / 2)
      const sid = `ended at ${bars.length}`
      const headers = await stage.signIn('bob', { sid })
      const ended = startAsking({ url, headers: () => headers, pause: 20 })
      await wait(500)
      await stage.issuer.issuer.feed.revokeSession(sid)
      const revoked = performance.now()
      await wait(STEP_MS / 2)
      await ended.stop()
      const name = `session ended with the clock ${seconds} s off: 401 after`
      bars.push(toBar(name, ended.until(401, revoked), 2000, 'ms'))
    }
    await Promise.all([kept.stop(), fresh.stop()])
    console.log(
      `  one token throughout: ${kept.summary()}; a new one each time: ${fresh.summary()}`,
    )
    const failed = [...kept.answers, ...fresh.answers].filter(({ status }) => status !== 200)
    return [toBar('answers other than 200 to good tokens', failed.length, 0), ...bars]
  } finally {
    await stage.stop()
    await rm(folder, { recursive: true })
  }
}
