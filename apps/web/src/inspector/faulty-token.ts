/** Tokens with a good signature that are no good all the same, made for whoever asks, about nobody else. */

import type { Auth } from '../auth/create-auth.js'

export type Fault = 'expired' | 'audience'

/** Nobody's audience: names below `.invalid` never exist (RFC 2606 §2). */
const nobodysAudience = 'https://another-api.invalid'

/** Seconds. */
const LIFETIME = 900

/** Signs a token of this session that has ended, or that is meant for another API. */
export async function signFaultyToken(
  auth: Auth,
  fault: Fault,
  session: { readonly id: string; readonly userId: string },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const issuedAt = fault === 'expired' ? now - 2 * LIFETIME : now
  const { token } = await auth.api.signJWT({
    body: {
      payload: {
        sub: session.userId,
        sid: session.id,
        jti: crypto.randomUUID(),
        iat: issuedAt,
        exp: issuedAt + LIFETIME,
        ...(fault === 'audience' && { aud: nobodysAudience }),
      },
    },
  })
  return token
}
