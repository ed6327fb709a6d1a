/** A second session of the same person, as on another device, to be ended while they watch. */

import { makeSignature } from 'better-auth/crypto'
import type { Auth } from '../auth/create-auth.js'
import { mintToken } from '../auth/sessions/mint-token.js'
import { namePracticeSession } from '../auth/sessions/practice-sessions.js'
import { endSessions } from '../auth/sessions/session-rows.js'

export interface PracticeSession {
  /** Opaque: names the session, opens nothing. */
  readonly id: string
  /** A token for the API, as the other device would have been given. */
  readonly token: string
}

/** Milliseconds; nobody has to tidy up what was left half-way. */
const LIFETIME = 5 * 60_000

/**
 * Signs the person in a second time, until the session that asks ends; the cookie of that session never leaves this
 * server.
 */
export async function startPracticeSession(
  auth: Auth,
  owner: { readonly id: string; readonly userId: string },
): Promise<PracticeSession> {
  const context = await auth.$context
  const { internalAdapter, authCookies, secret } = context
  const expiresAt = new Date(Date.now() + LIFETIME)
  const userAgent = namePracticeSession(owner.id)
  const { userId } = owner
  // One at a time: what an earlier visit left behind goes first.
  await endSessions(context, [
    { field: 'userId', value: userId },
    { field: 'userAgent', operator: 'starts_with', value: namePracticeSession('') },
  ])
  const session = await internalAdapter.createSession(userId, true, { expiresAt, userAgent }, true)
  const signature = await makeSignature(session.token, secret)
  const cookie = `${authCookies.sessionToken.name}=${encodeURIComponent(`${session.token}.${signature}`)}`
  const token = await mintToken(auth, new Headers({ cookie }))
  if (token === null) throw new Error('Better Auth did not recognise the session it has just made.')
  return { id: session.id, token }
}
