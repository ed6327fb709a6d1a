/** A token for the server's own calls to the API, on behalf of whoever sent the request. */
import { isAPIError } from 'better-auth/api'
import type { Auth } from '../create-auth.js'
import { getCounts } from '../running.js'

/**
 * Mints a token for the person whose cookies these headers carry.
 *
 * @param headers Those of the request, as `await headers()` gives them.
 * @returns The token, or null when nobody is signed in.
 */
export async function mintToken(auth: Auth, headers: Headers): Promise<string | null> {
  try {
    const { token } = await auth.api.getToken({ headers })
    getCounts().countToken('accepted')
    return token
  } catch (error) {
    if (!isAPIError(error) || error.statusCode !== 401) throw error
    getCounts().countToken('unauthorized')
    return null
  }
}
