/** Everything that the OpenAPI document allows, and much that it does not. */
import { fuzz } from '../../scripts/test/openapi-fuzz.js'
import { startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'

const REQUESTS = 20_000

export async function askAnything(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ toEnv: () => ({ INSPECTOR: 'on' }) })
  try {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const headers = { Authorization: (await stage.signIn('ada')).Authorization ?? '' }
    const options = { url: stage.url, headers, requests: REQUESTS, seed, lanes: 8 }
    const { counts, faults } = await fuzz(options)
    const statuses = Object.entries(counts).filter(([name]) => Number(name) > 0)
    console.log(`  seed ${seed}; ${statuses.map((each) => each.join(': ')).join(', ')}`)
    for (const fault of new Set(faults.slice(0, 20))) console.log(`  ${fault.slice(0, 600)}`)
    return [toBar(`5xx, hangs and answers unlike the document, of ${REQUESTS}`, faults.length, 0)]
  } finally {
    await stage.stop()
  }
}
