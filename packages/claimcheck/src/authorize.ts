/** Who may reach a path: decided from the token and the path alone. */
import type { Identity } from './contract.js'
import { AuthError } from './errors.js'

/**
 * Passes when `userId`, taken from the path, is the subject of the token.
 *
 * @throws AuthError `not_owner` (403) otherwise.
 */
export function assertOwner(identity: Identity, userId: string): void {
  if (userId === '' || identity.subject !== userId) throw new AuthError('not_owner')
}
