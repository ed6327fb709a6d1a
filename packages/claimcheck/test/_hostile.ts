/** The table of every hostile case, for one way of protecting an API. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type HostileResult,
  type HostileRunOptions,
  hostileCases,
  runHostileCases,
  type StartApi,
} from '../src/testing/index.js'

/** Declares one test per case, and one for its neighbour. */
export function describeHostileCases(
  name: string,
  start: StartApi,
  { algorithm = 'EdDSA', cases = hostileCases }: HostileRunOptions = {},
): void {
  describe(name, () => {
    const results = new Map<string, HostileResult>()

    beforeAll(async () => {
      for (const result of await runHostileCases(start, { algorithm, cases })) {
        results.set(result.hostileCase.id, result)
      }
    }, 120_000)

    const rows = cases.filter(({ only = algorithm }) => only === algorithm)
    it.each(rows)('$id: refuses what it should and lets its neighbour in', ({ id }) => {
      expect(results.get(id)?.faults).toEqual([])
    })
  })
}
