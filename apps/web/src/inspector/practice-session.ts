// A second session of the same person, as on another device, to be ended while they watch.

import { makeSignature } from 'better-auth/crypto'
import { mintToken } from '../auth/mint-token.js'
import { getAuth } from '../auth/server.js'

export interface PracticeSession {
  /** Opaque: names the session, opens nothing. */
  readonly id: string
  /** A token for the API, as the other device would have been given. */
  readonly token: string
}

/** Milliseconds; nobody has to tidy up what was left half-way. */
const lifetime = 5 * 60_000

/** Also what tells these sessions from others. */
const userAgent = 'Claimcheck inspector'

/** Signs the person in a second time; the cookie of that session never leaves this server. */
export async function startPracticeSession(userId: string): Promise<PracticeSession> {
  const { adapter, internalAdapter, authCookies, secret } = await getAuth().$context
  const expiresAt = new Date(Date.now() + lifetime)
  // One at a time: what an earlier visit left behind goes first.
  await adapter.deleteMany({
    model: 'session',
    where: [
      { field: 'userId', value: userId },
      { field: 'userAgent', value: userAgent },
    ],
  })
  const session = await internalAdapter.createSession(userId, true, { expiresAt, userAgent }, true)
  const signature = await makeSignature(session.token, secret)
  const cookie = `${authCookies.sessionToken.name}=${encodeURIComponent(`${session.token}.${signature}`)}`
  const token = await mintToken(new Headers({ cookie }))
  if (token === null) throw new Error('Better Auth did not recognise the session it has just made.')
  return { id: session.id, token }
}
