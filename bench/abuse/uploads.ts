/** A thousand uploads that are large, or that never come to an end. */
import type { Bar } from '../table.js'
import { toLine, watch } from './bystander.js'
import { startStorm } from './storm.js'
import { startWebStage, toStranger, toText } from './web-stage.js'

const IDLE_MS = 5000
const ATTACK_MS = 15_000
const EACH = 500

export async function attackByUploading(): Promise<readonly Bar[]> {
  const stage = await startWebStage()
  try {
    const asked = [{ name: '/sign-in', path: '/sign-in' }]
    await stage.warm()
    await watch(stage.webPort, asked, 5000)
    const idle = await stage.measureMemory(watch(stage.webPort, asked, IDLE_MS))
    const paths = ['/api/auth/sign-in/email', '/', '/api/auth/update-user', '/dashboard']
    const toUploads = (
      toBody: (index: number) => [headers: Record<string, string>, body: string],
    ) =>
      Array.from({ length: EACH }, (_, index) => {
        const [headers, body] = toBody(index)
        const path = paths[index % paths.length] ?? '/'
        const own = { 'Content-Type': 'application/json', 'X-Forwarded-For': toStranger(index) }
        return toText('POST', path, { ...own, ...headers }, body)
      })
    // The largest that is read; one that says it is larger; and one in pieces that does not say so.
    const slow = toUploads(() => [{ 'Content-Length': '65536' }, 'x'.repeat(65_536)])
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const large = toUploads((index) =>
      index % 2 === 0
        ? [{ 'Content-Length': '10000000' }, 'x'.repeat(500_000)]
        : [{ 'Content-Length': '', 'Transfer-Encoding': 'chunked' }, piece.repeat(8)],
    ).map((text) => text.replace('Content-Length: \r\n', ''))
    const storms = await Promise.all([
      startStorm({ port: stage.webPort, requests: slow, inFlight: EACH, pause: 1000, drip: 50 }),
      startStorm({ port: stage.webPort, requests: large, inFlight: EACH, pause: 1000 }),
    ])
    const attacked = await stage.measureMemory(watch(stage.webPort, asked, ATTACK_MS))
    for (const storm of storms) {
      console.log(`  uploads were answered: ${JSON.stringify(await storm.stop())}`)
    }
    const [calm, busy] = [idle.result.get('/sign-in'), attacked.result.get('/sign-in')]
    if (!calm || !busy) throw new Error('Nobody asked for /sign-in.')
    console.log(toLine('/sign-in, before', calm))
    console.log(toLine('/sign-in, during', busy))
    return [
      {
        name: 'memory grows by',
        measured: (attacked.most - idle.most) / 1e6,
        asked: 60,
        atMost: true,
        unit: 'MB',
      },
      { name: 'the slowest /sign-in', measured: busy.max, asked: 500, atMost: true, unit: 'ms' },
      { name: 'failures of /sign-in', measured: busy.failures, asked: 0, atMost: true, unit: '' },
    ]
  } finally {
    await stage.stop()
  }
}
