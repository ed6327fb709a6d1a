/** What keeps the table small: rows that have run out go, and more sessions than a feed can carry become one brake. */
import type { AuthContext } from 'better-auth'
import { CELL_MILLISECONDS } from '../contract.js'
import { type KnownRows, LONG_OVERLAP } from './known-rows.js'
import { type RevocationLog, toBrakeTime, toNotBefore } from './revocation-log.js'
import { toLongestSpan } from './span-tree.js'

export interface UpkeepOptions {
  readonly context: AuthContext
  readonly rows: KnownRows
  readonly log: RevocationLog
  /** How long an ended session is listed, and a deleted person, in milliseconds. */
  readonly retention: number
  readonly purgeTime: number
  /** The most ended sessions that are listed. */
  readonly mostSessions: number
}

const SWEEP_INTERVAL = 10 * 60_000
/** Milliseconds that rows stay beyond what any process may still read of them. */
const SWEEP_DELAY = 60_000

/** Makes what runs after each look, given its time: in the background, once at a time; what failed is tried again. */
export function createUpkeep(options: UpkeepOptions): (at: number) => void {
  const { context, rows, log, mostSessions } = options
  const { adapter, logger } = context
  let sweptAt: number | null = null
  let isBusy = false

  /** Everybody is refused once instead. What that covers goes when a look has seen the brake, and never before. */
  async function brake(at: number): Promise<void> {
    await forgetCovered()
    if (rows.sids.size <= mostSessions) return
    await log.refuseEarlier(adapter, toNotBefore(at))
    logger.warn('claimcheck: too many sessions ended; every token is refused once instead.')
  }

  /**
   * What a brake covers: sessions that ended before it by more than a look goes back. One that ended later may have had
   * tokens that are stamped with the brake's own time, and stays.
   */
  async function forgetCovered(): Promise<void> {
    const end = toBrakeTime(rows.notBefore()) - LONG_OVERLAP
    const where = [
      { field: 'kind', value: 'sid' },
      { field: 'createdAt', operator: 'lt' as const, value: new Date(end) },
    ]
    await adapter.deleteMany({ model: 'revocation', where })
    rows.sids.replace(0, Math.floor(end / CELL_MILLISECONDS), new Map())
  }

  /** Rows stay for the longest span they may be part of, or processes would differ in what it holds. */
  async function sweep(at: number): Promise<void> {
    for (const [kind, time] of [
      ['sid', options.retention],
      ['sub', options.purgeTime],
      ['all', options.retention],
    ] as const) {
      const end = new Date(at - toLongestSpan(time) - SWEEP_DELAY)
      const where = [
        { field: 'kind', value: kind },
        { field: 'until', operator: 'lt' as const, value: end },
      ]
      await adapter.deleteMany({ model: 'revocation', where })
    }
  }

  async function work(at: number): Promise<void> {
    isBusy = true
    try {
      if (rows.sids.size > mostSessions) await brake(at)
      sweptAt ??= at
      if (at - sweptAt < SWEEP_INTERVAL) return
      sweptAt = at
      await sweep(at)
    } catch (error) {
      logger.error('claimcheck could not shorten the list of what is revoked', error)
    } finally {
      isBusy = false
    }
  }

  return (at) => {
    if (!isBusy) void work(at)
  }
}
