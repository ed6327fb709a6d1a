/** What the plugin adds to Better Auth's database schema. */
import type { BetterAuthPlugin } from 'better-auth'

/**
 * `jwks.slot` names the place of a signing key in the sequence (`EdDSA:3`). It is unique, so when several processes
 * find that a key is due, one insert wins and the others read the winner's key. Keys made by Better Auth alone have none.
 */
export const schema = {
  jwks: {
    fields: {
      slot: { type: 'string', required: false, unique: true, input: false, returned: false },
    },
  },
} satisfies BetterAuthPlugin['schema']
