/** The sessions by which the inspector shows what becomes of another device: one for each real session. */
import { endSessions, type SessionStores } from './session-rows.js'

/** What such a session calls itself, which is also what tells it from others. */
export function namePracticeSession(ownerId: string): string {
  return `Claimcheck inspector for ${ownerId}`
}

/** @param ownerId The session that it was made for. */
export async function endPracticeSessions(stores: SessionStores, ownerId: string): Promise<void> {
  await endSessions(stores, [{ field: 'userAgent', value: namePracticeSession(ownerId) }])
}
