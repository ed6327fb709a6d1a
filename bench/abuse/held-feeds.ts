/** Requests for the feed that are held: as many as are allowed, then five thousand of one address. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Bar } from '../table.js'
import { toLine, watch } from './bystander.js'
import { startStorm } from './storm.js'
import { startWebStage, toStranger, toText } from './web-stage.js'

const IDLE_MS = 4000
const ATTACK_MS = 12_000
const MOST_HELD = 2000
const OF_ONE = 5000

export async function attackByHolding(): Promise<readonly Bar[]> {
  const stage = await startWebStage()
  try {
    const member = await stage.signUp()
    const leavers = [await stage.signUp(), await stage.signUp()]
    const asked = [
      { name: '/token', path: '/api/auth/token', headers: member.headers },
      { name: 'the feed', path: '/api/auth/revocations/manifest' },
    ]
    const bars: Bar[] = []
    await watch(stage.webPort, asked, 4000)
    const idle = await stage.measureMemory(watch(stage.webPort, asked, IDLE_MS))
    for (const [name, noticed] of idle.result) console.log(toLine(`${name}, before`, noticed))
    for (const [title, inFlight, from] of [
      [`${MOST_HELD} of as many addresses`, MOST_HELD, '127.0.0.1'],
      [`${OF_ONE} of one address`, OF_ONE, '127.0.0.2'],
    ] as const) {
      // Only what comes from the proxy is believed to come from somewhere else.
      const requests = Array.from({ length: inFlight }, (_, index) =>
        toText('GET', '/api/auth/revocations?wait=5', {
          'If-None-Match': '*',
          ...(from === '127.0.0.1' && { 'X-Forwarded-For': toStranger(index) }),
        }),
      )
      const storm = await startStorm({ port: stage.webPort, requests, inFlight, pause: 50, from })
      await wait(3000)
      const watched = stage.measureMemory(watch(stage.webPort, asked, ATTACK_MS))
      await wait(ATTACK_MS / 3)
      const began = performance.now()
      const answer = await leavers.pop()?.signOut()
      const took = performance.now() - began
      const { result: during, most } = await watched
      console.log(`  ${title} were answered: ${JSON.stringify(await storm.stop())}`)
      for (const [name, noticed] of during) console.log(toLine(`${name}, ${title}`, noticed))
      console.log(`  signing out: ${answer?.status} in ${took.toFixed(0)} ms`)
      bars.push(
        {
          name: `memory of ${title}`,
          measured: (most - idle.most) / 1e6,
          asked: 120,
          atMost: true,
          unit: 'MB',
        },
        {
          name: `p99 of /token during ${title}`,
          measured: during.get('/token')?.p99 ?? Number.NaN,
          asked: 150,
          atMost: true,
          unit: 'ms',
        },
        {
          name: `signing out during ${title}`,
          measured: answer?.ok === true ? took : Number.NaN,
          asked: 500,
          atMost: true,
          unit: 'ms',
        },
      )
    }
    return bars
  } finally {
    await stage.stop()
  }
}
