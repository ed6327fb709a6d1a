/** Several web processes on one database: together they allow what one would. */
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { limitAddress } from '../../apps/web/src/auth/limits/address-limit.js'
import { createLimiter } from '../../apps/web/src/auth/limits/limiter.js'
import type { Limit } from '../../apps/web/src/auth/limits/limits.js'
import type { AuthLogger } from '../../apps/web/src/auth/log.js'
import { startTrial } from './_web.js'

const PROCESSES = 10
const log: AuthLogger = {
  disabled: false,
  level: 'error',
  log(_, message) {
    throw new Error(message)
  },
}

/** Limits by address as that many processes count them. The clock of this machine stands still. */
async function startProcesses() {
  const { database } = await startTrial()
  const at = Date.now()
  return Array.from({ length: PROCESSES }, () => {
    const pool = new pg.Pool({ connectionString: database, max: 1 })
    onTestFinished(() => pool.end())
    return limitAddress(createLimiter({ pool, redis: null, log }), () => at)
  })
}

// Windows are longer than Better Auth's ten seconds, so that none ends meanwhile.
it.each<[string, Limit, [number, number]]>([
  ['a strict limit is what it says', { window: 3600, max: 3 }, [3, 3]],
  ['a generous one at most half as much again', { window: 3600, max: 100 }, [100, 150]],
])('%s, whichever of ten processes is asked', async (_, limit, [least, most]) => {
  const processes = await startProcesses()
  let allowed = 0
  for (let round = 0; round < 30; round += 1) {
    const verdicts = await Promise.all(
      processes.map((consume) => consume('192.0.2.1|/change-password', limit)),
    )
    allowed += verdicts.filter((verdict) => verdict.allowed).length
  }
  expect(allowed).toBeGreaterThanOrEqual(least)
  expect(allowed).toBeLessThanOrEqual(most)
  const [first] = processes
  const refused = await first?.('192.0.2.1|/change-password', limit)
  expect(refused?.retryAfter).toBeGreaterThan(0)
  expect(await first?.('192.0.2.2|/change-password', limit)).toMatchObject({ allowed: true })
  expect(await first?.('no-trusted-ip|/change-password', limit)).toMatchObject({ allowed: true })
})

it('a site of IPv6 may do four times what one of its households may, over all processes', async () => {
  const processes = await startProcesses()
  const limit = { window: 3600, max: 3 }
  let allowed = 0
  for (let household = 0; household < 20; household += 1) {
    const verdicts = await Promise.all(
      processes.slice(0, 2).map((consume) => consume(`2001:db8:1:${household}::1|/x`, limit)),
    )
    allowed += verdicts.filter((verdict) => verdict.allowed).length
  }
  expect(allowed).toBe(12)
})
