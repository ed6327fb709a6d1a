/** What the plugin adds to Better Auth's database schema. */
import type { BetterAuthPlugin } from 'better-auth'

/**
 * `jwks.slot` names the place of a signing key in the sequence (`EdDSA:3`). It is unique, so when
 * several processes find that a key is due, one insert wins and the others read the winner's key.
 * Keys made by Better Auth alone have none.
 *
 * `revocation` holds what the feed says: `kind` is `sid` (an ended session), `sub` (a deleted
 * person) or `all` (every token issued before `notBefore`); `entry` is the digest that the feed
 * shows; after `until` the row means nothing any more.
 */
export const schema = {
  jwks: {
    fields: {
      slot: { type: 'string', required: false, unique: true, input: false, returned: false },
    },
  },
  revocation: {
    fields: {
      kind: { type: 'string', required: true },
      entry: { type: 'string', required: true, index: true },
      notBefore: { type: 'date', required: false },
      createdAt: { type: 'date', required: true },
      until: { type: 'date', required: true, index: true },
    },
    // What is new is read by the time of the row. An index of the table is added to one that exists; of a field it is
    // not.
    indexes: [{ fields: ['createdAt'] }],
  },
} satisfies BetterAuthPlugin['schema']

/** A row of the `revocation` table. */
export interface RevocationRow {
  readonly id: string
  readonly kind: 'sid' | 'sub' | 'all'
  readonly entry: string
  readonly notBefore?: Date | null
  readonly createdAt: Date
  readonly until: Date
}
