// Where somebody is signed in. The session's token is never read here: rows are named by their id.

import type { Where } from 'better-auth'
import { getAuth } from '../auth/server.js'

export interface DeviceSession {
  /** Opaque: names the session, opens nothing. */
  readonly id: string
  readonly userAgent: string | null
  readonly createdAt: Date
}

/** The most that a page shows. */
export const mostDevices = 50

/** The sessions that have not run out, the newest first. */
export async function listDevices(userId: string): Promise<readonly DeviceSession[]> {
  const { adapter } = await getAuth().$context
  return adapter.findMany<DeviceSession>({
    model: 'session',
    where: [
      { field: 'userId', value: userId },
      { field: 'expiresAt', operator: 'gt', value: new Date() },
    ],
    select: ['id', 'userAgent', 'createdAt'],
    sortBy: { field: 'createdAt', direction: 'desc' },
    limit: mostDevices,
  })
}

/**
 * Ends one session of a person; somebody else's id ends nothing.
 *
 * @returns How many ended.
 */
export function endDevice(userId: string, id: string): Promise<number> {
  return endSessions(userId, { field: 'id', value: id })
}

/** Ends every session of a person but one, however many there are. */
export function endOtherDevices(userId: string, keptId: string): Promise<number> {
  return endSessions(userId, { field: 'id', operator: 'ne', value: keptId })
}

/** The adapter writes down what it ends, before it does, so that issued tokens are refused as well. */
async function endSessions(userId: string, where: Where): Promise<number> {
  const { adapter } = await getAuth().$context
  return adapter.deleteMany({
    model: 'session',
    where: [{ field: 'userId', value: userId }, where],
  })
}
