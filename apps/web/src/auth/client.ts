/**
 * Better Auth in the browser: same origin, cookies only. Tokens for the API come from
 * `claimcheck/client`.
 */
import { jwtClient } from 'better-auth/client/plugins'
import { createAuthClient } from 'better-auth/react'

/**
 * Signs people in and out, and fetches a JWT: `authClient.token()` → `{ data: { token }, error }`.
 */
export const authClient = createAuthClient({ plugins: [jwtClient()] })
