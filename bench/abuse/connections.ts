/** Answers that are given before a body was read, and the next request on the same pool of connections. */
import type { Bar } from '../table.js'
import { startApiStage } from './api-stage.js'

const ROUNDS = 20

export async function attackByBodies(): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  try {
    const headers = await stage.signIn('ada')
    const body = Buffer.alloc(600 * 1024, 0x20)
    const bars: Bar[] = []
    for (const [name, path, status] of [
      ['413', '/api/me/tasks', 413],
      ['403', '/api/bob/tasks', 403],
      ['404', '/nowhere', 404],
    ] as const) {
      let lost = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        const refused = await fetch(`${stage.url}${path}`, { method: 'POST', headers, body })
        if (refused.status !== status) throw new Error(`Expected ${status}, got ${refused.status}.`)
        await refused.text()
        const next = await fetch(`${stage.url}/api/me/tasks`, {
          method: 'POST',
          headers,
          body: '{"title":"Next"}',
        }).catch(() => null)
        if (next?.status !== 200) lost += 1
        await next?.text()
      }
      bars.push({
        name: `requests lost after a ${name}, of ${ROUNDS}`,
        measured: lost,
        asked: 0,
        atMost: true,
        unit: '',
      })
    }
    return bars
  } finally {
    await stage.stop()
  }
}
