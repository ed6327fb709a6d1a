/**
 * An issuer with the feed of release 0.1.0. The files of this folder are those of that release, as they were but for
 * the paths of their imports and the case of their constants: what wrote the rows, made the document and followed it,
 * before there was a manifest. This file and follower.ts alone are new, and put them to work.
 */
import { type BetterAuthOptions, type BetterAuthPlugin, betterAuth } from 'better-auth'
import { type JwtOptions, jwt } from 'better-auth/plugins'
import { createFeed, createFeedEndpoint, type Feed } from './feed.js'
import { createRevocationLog, type RevocationLog } from './revocation-log.js'
import { createSnapshots } from './snapshots.js'

const EXPIRATION = 900

const schema = {
  revocation: {
    fields: {
      kind: { type: 'string', required: true },
      entry: { type: 'string', required: true, index: true },
      notBefore: { type: 'date', required: false },
      createdAt: { type: 'date', required: true },
      until: { type: 'date', required: true, index: true },
    },
  },
} satisfies BetterAuthPlugin['schema']

/** A Better Auth of these options whose feed is that of 0.1.0; and what ends what it holds. */
export function createOldIssuer(options: BetterAuthOptions, issuer: string, audience: string) {
  const now = () => Date.now()
  const log: RevocationLog = createRevocationLog({ issuer, expiration: EXPIRATION, now })
  let feed: Feed | null = null
  const signing: JwtOptions = {
    disableSettingJwtHeader: true,
    jwt: {
      issuer,
      audience,
      definePayload({ session }) {
        const issuedAt = Math.floor(now() / 1_000)
        const jti = crypto.randomUUID()
        return { iat: issuedAt, exp: issuedAt + EXPIRATION, sid: session.id, jti }
      },
    },
  }
  const plugin = {
    id: 'claimcheck',
    schema,
    endpoints: { getRevocations: createFeedEndpoint(getFeed) },
    init(context) {
      const { adapter } = context
      const snapshots = createSnapshots({ context, log, expiration: EXPIRATION, now })
      feed = createFeed({ issuer, snapshots, signing, now })
      return {
        options: {
          databaseHooks: {
            session: {
              delete: {
                before: ({ id }) => log.endSessions(adapter, [{ field: 'id', value: id }]),
              },
            },
            user: { delete: { before: ({ id }) => log.deletePeople(adapter, [id]) } },
          },
        },
      }
    },
  } satisfies BetterAuthPlugin
  return {
    auth: betterAuth({ ...options, plugins: [jwt(signing), plugin] }),
    stop: () => getFeed().stop(),
  }

  function getFeed(): Feed {
    if (feed === null) throw new TypeError('Better Auth has not started with this plugin')
    return feed
  }
}
