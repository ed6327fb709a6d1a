/** A stranger without a token asks for whatever can be asked for, on twenty connections. */
import { load, toRequest } from '../api/load.js'
import type { Bar } from '../table.js'
import { startApiStage } from './api-stage.js'
import { toFigures } from './round.js'

const IDLE_MS = 4000
const ATTACK_MS = 4000
const CONNECTIONS = 20

const routes = ['/openapi.json', '/docs', '/nowhere', '/api/me', '/readyz', '/metrics']

export async function attackByAsking(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ toEnv: () => ({ RATE_LIMIT_PER_MINUTE: '600' }) })
  try {
    // The dearest token that a stranger can make: it has a known kid, and is refused only by its signature.
    const forged = (await stage.signIn('mallory')).Authorization?.replace(/.{6}$/, 'AAAAAA')
    await measureProbe(stage.port, 500)
    const before = await measureProbe(stage.port, IDLE_MS)
    const bars: Bar[] = []
    for (const [name, path, headers] of [
      ...routes.map((path) => [path, path, {}] as const),
      ['a forged signature', '/api/me', { Authorization: String(forged) }] as const,
    ]) {
      const attack = load({
        port: stage.port,
        requests: [toRequest('GET', path, headers)],
        connections: CONNECTIONS,
        milliseconds: ATTACK_MS,
        status: 429,
      }).catch(() => null)
      const during = await measureProbe(stage.port, ATTACK_MS)
      await attack
      console.log(toFigures(`probe while ${name} is asked for`, during))
      bars.push({
        name: `p99 of a probe during ${name}`,
        measured: during.p99,
        asked: 100,
        atMost: true,
        unit: 'ms',
      })
    }
    console.log(toFigures('probe before', before))
    return bars
  } finally {
    await stage.stop()
  }
}

function measureProbe(port: number, milliseconds: number) {
  const requests = [toRequest('GET', '/livez', {})]
  return load({ port, requests, connections: 2, milliseconds, status: 200 })
}
