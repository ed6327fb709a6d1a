/** Requests for the feed that are held: as many as are allowed, then five thousand of one address. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Bar } from '../table.js'
import { toLine, watch } from './bystander.js'
import { startStorm } from './storm.js'
import { startWebStage, toStranger, toText } from './web-stage.js'

const WARM_MS = 5000
const IDLE_MS = 5000
const ATTACK_MS = 12_000
const MOST_HELD = 2000
const OF_ONE = 5000

export async function attackByHolding(): Promise<readonly Bar[]> {
  return [
    ...(await hold(`${MOST_HELD} of as many addresses`, MOST_HELD, '127.0.0.1')),
    ...(await hold(`${OF_ONE} of one address`, OF_ONE, '127.0.0.2')),
  ]
}

async function hold(title: string, inFlight: number, from: string): Promise<readonly Bar[]> {
  const stage = await startWebStage()
  try {
    const member = await stage.signUp()
    const leaver = await stage.signUp()
    const asked = [
      { name: '/token', path: '/api/auth/token', headers: member.headers },
      { name: 'the feed', path: '/api/auth/revocations/manifest' },
    ]
    await stage.warm()
    await watch(stage.webPort, asked, WARM_MS)
    const idle = await stage.measureMemory(watch(stage.webPort, asked, IDLE_MS))
    for (const [name, noticed] of idle.result) console.log(toLine(`${name}, before`, noticed))
    // Only what comes from the proxy is believed to come from somewhere else.
    const requests = Array.from({ length: inFlight }, (_, index) =>
      toText('GET', '/api/auth/revocations?wait=5', {
        'If-None-Match': '*',
        ...(from === '127.0.0.1' && { 'X-Forwarded-For': toStranger(index) }),
      }),
    )
    const storm = await startStorm({ port: stage.webPort, requests, inFlight, pause: 50, from })
    const watched = stage.measureMemory(watch(stage.webPort, asked, ATTACK_MS))
    await wait(ATTACK_MS / 2)
    const began = performance.now()
    const answer = await leaver.signOut()
    const took = performance.now() - began
    const { result: during, most } = await watched
    console.log(`  ${title} were answered: ${JSON.stringify(await storm.stop())}`)
    for (const [name, noticed] of during) console.log(toLine(`${name}, ${title}`, noticed))
    console.log(`  signing out: ${answer.status} in ${took.toFixed(0)} ms`)
    const bar = (name: string, measured: number, most: number, unit: string): Bar => ({
      name: `${name}, ${title}`,
      measured,
      asked: most,
      atMost: true,
      unit,
    })
    return [
      bar('memory grows by', (most - idle.most) / 1e6, 120, 'MB'),
      bar('p99 of /token', during.get('/token')?.p99 ?? Number.NaN, 150, 'ms'),
      bar('signing out', answer.ok ? took : Number.NaN, 500, 'ms'),
    ]
  } finally {
    await stage.stop()
  }
}
