/** One signed-in person searches for `aaa…b` among long notes of `aaa…`, on as many connections as they like. */
import { load, toRequest } from '../api/load.js'
import type { Bar } from '../table.js'
import { startApiStage } from './api-stage.js'
import { toFigures } from './round.js'

const IDLE_MS = 5000
const ATTACK_MS = 10_000
const CONNECTIONS = 12

export async function attackBySearching(): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  try {
    await stage.fill('mallory', 300, 'a'.repeat(10_000))
    const search = toRequest(
      'GET',
      `/api/me/tasks?q=${'a'.repeat(199)}b`,
      await stage.signIn('mallory'),
    )
    await stage.measureBystander(1000)
    const before = await stage.measureBystander(IDLE_MS)
    const attack = load({
      port: stage.port,
      requests: [search],
      connections: CONNECTIONS,
      milliseconds: ATTACK_MS,
      status: 200,
    })
    const during = await stage.measureBystander(ATTACK_MS)
    const searches = await attack
    console.log(toFigures('a page of somebody else, before', before))
    console.log(toFigures('a page of somebody else, during', during))
    console.log(
      `  searches answered: ${searches.count}, p99 ${searches.p99.toFixed(0)} ms; refused: ${searches.failures}`,
    )
    return [
      {
        name: "p99 of somebody else's page",
        measured: during.p99 / before.p99,
        asked: 3,
        atMost: true,
      },
      {
        name: "failures of somebody else's page",
        measured: during.failures,
        asked: 0,
        atMost: true,
        unit: '',
      },
    ]
  } finally {
    await stage.stop()
  }
}
