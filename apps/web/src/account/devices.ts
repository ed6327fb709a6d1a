/** Where somebody is signed in. A session's token is never read here: rows are named by their id. */

import type { Where } from 'better-auth'
import type { Auth } from '../auth/create-auth.js'
import { endPracticeSessions } from '../auth/sessions/practice-sessions.js'
import { endSessions } from '../auth/sessions/session-rows.js'

export interface DeviceSession {
  /** Opaque: names the session, opens nothing. */
  readonly id: string
  readonly userAgent: string | null
  readonly createdAt: Date
  /** When it was last used; up to an hour too early, because not every use is written down. */
  readonly updatedAt: Date
}

export interface DeviceSessions {
  /** This one, then the others, those used last before the rest. */
  readonly shown: readonly DeviceSession[]
  /** How many there are in all. */
  readonly count: number
}

/** The most that a page shows. */
const MOST_DEVICES = 50

/** The sessions that have not run out. */
export async function listDevices(
  auth: Auth,
  userId: string,
  hereId: string,
): Promise<DeviceSessions> {
  const { adapter } = await auth.$context
  const live: Where[] = [
    { field: 'userId', value: userId },
    { field: 'expiresAt', operator: 'gt', value: new Date() },
  ]
  const find = (operator: 'eq' | 'ne', limit: number) =>
    adapter.findMany<DeviceSession>({
      model: 'session',
      where: [...live, { field: 'id', operator, value: hereId }],
      select: ['id', 'userAgent', 'createdAt', 'updatedAt'],
      sortBy: { field: 'updatedAt', direction: 'desc' },
      limit,
    })
  const [here, others, count] = await Promise.all([
    find('eq', 1),
    find('ne', MOST_DEVICES - 1),
    adapter.count({ model: 'session', where: live }),
  ])
  return { shown: [...here, ...others], count }
}

/**
 * Ends one session of a person; somebody else's id ends nothing.
 *
 * @returns How many ended.
 */
export function endDevice(auth: Auth, userId: string, id: string): Promise<number> {
  return endDevices(auth, userId, { field: 'id', value: id })
}

/** Ends every session of a person but one, however many there are. */
export function endOtherDevices(auth: Auth, userId: string, keptId: string): Promise<number> {
  return endDevices(auth, userId, { field: 'id', operator: 'ne', value: keptId })
}

async function endDevices(auth: Auth, userId: string, where: Where): Promise<number> {
  const context = await auth.$context
  if (where.operator !== 'ne') await endPracticeSessions(context, String(where.value))
  return endSessions(context, [{ field: 'userId', value: userId }, where])
}
