/** A stranger who asks for pages on as many connections as they may have, as fast as they are answered. */
import type { Bar } from '../table.js'
import { toLine, watch } from './bystander.js'
import { startStorm } from './storm.js'
import { startWebStage, toText } from './web-stage.js'

const WARM_MS = 5000
const IDLE_MS = 5000
const ATTACK_MS = 15_000
const CONNECTIONS = 200

export async function attackByBrowsing(): Promise<readonly Bar[]> {
  const stage = await startWebStage()
  try {
    const member = await stage.signUp()
    const asked = [
      { name: '/token', path: '/api/auth/token', headers: member.headers },
      // Somebody else who is nobody yet; the member would be led to the dashboard.
      { name: '/sign-in', path: '/sign-in' },
    ]
    await stage.warm()
    await watch(stage.webPort, asked, WARM_MS)
    const before = await watch(stage.webPort, asked, IDLE_MS)
    const storm = await startStorm({
      port: stage.webPort,
      requests: [toText('GET', '/sign-in', {})],
      inFlight: CONNECTIONS,
      pause: 0,
      // Not the trusted proxy.
      from: '127.0.0.2',
    })
    const during = await watch(stage.webPort, asked, ATTACK_MS)
    console.log(`  pages were answered: ${JSON.stringify(await storm.stop())}`)
    for (const [name, noticed] of before) console.log(toLine(`${name}, before`, noticed))
    for (const [name, noticed] of during) console.log(toLine(`${name}, during`, noticed))
    const failures = [...during.values()].reduce((sum, one) => sum + one.failures, 0)
    return [
      {
        name: 'p99 of /token',
        measured: during.get('/token')?.p99 ?? Number.NaN,
        asked: 150,
        atMost: true,
        unit: 'ms',
      },
      { name: 'failures of somebody else', measured: failures, asked: 0, atMost: true, unit: '' },
    ]
  } finally {
    await stage.stop()
  }
}
