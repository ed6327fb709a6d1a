/** The issuer: Better Auth's own jwt() with a safe preset, and the plugin that completes it. */
import { type AuthContext, BetterAuthError, type BetterAuthPlugin } from 'better-auth'
import { type JwtOptions, jwt } from 'better-auth/plugins'
import { createPayload } from './claims.js'
import { createCrowd, leaveCrowd, shedCrowd } from './crowd.js'
import {
  correctFailedEnds,
  endSessionsWithPassword,
  judgeTokens,
  recordSignOut,
} from './ending-endpoints.js'
import { createFeed, type Feed } from './feed.js'
import { createFeedEndpoints } from './feed-endpoints.js'
import { type FeedListener, listenForFeed } from './feed-listener.js'
import { type ClaimcheckOptions, readOptions } from './issuer-options.js'
import { createKeyRing, type KeyRing } from './key-ring.js'
import { toPublishedKeys } from './key-schedule.js'
import { createKnownRows } from './known-rows.js'
import { correctFalseRefusals } from './outage.js'
import { createRevocationLog, type RevocationLog } from './revocation-log.js'
import { schema } from './schema.js'
import { watchStorage } from './secondary-storage.js'
import { assertReady, assertSupported, readLongestLifetime, readWarnings } from './start-checks.js'
import { guardToken, setCacheHeaders, withholdErrors } from './token-endpoint.js'
import { createUpkeep } from './upkeep.js'
import { watchAdapter } from './watched-adapter.js'

/** The half of {@link claimcheck} that is not Better Auth's jwt(). */
export interface ClaimcheckPlugin extends BetterAuthPlugin {
  id: 'claimcheck'
  schema: typeof schema
  endpoints: ReturnType<typeof createFeedEndpoints>
  /** What `checkIssuer`, `rotateKeys` and the like work on. */
  getIssuer(): RunningIssuer
}

/** The parts of one running issuer. */
export interface RunningIssuer {
  readonly adapter: AuthContext['adapter']
  readonly keys: KeyRing
  readonly log: RevocationLog
  readonly feed: Feed
  readonly answersFeed: FeedListener
  /** What whoever runs this should know, one sentence each. */
  readonly warnings: readonly string[]
  readonly logger: AuthContext['logger']
}

/** Verifiers ask often, and many of them from one address; the answers are shared and cheap. */
const readerLimit = { window: 10, max: 10_000 }
const readerPaths = /^\/(?:jwks|token|revocations(?:\/.*)?)$/
/** Seconds that an ended session is listed beyond the longest lifetime of a token. */
const MARGIN = 90
/** Seconds that a deleted person is listed, so that an API which was away purges the data. */
const PURGE_TIME = 30 * 86_400
/** More ended sessions than this are refused by a brake for everybody. */
const MOST_SESSIONS = 5_000_000

/**
 * Makes a Better Auth project an issuer of tokens that an API can check by itself, and that end
 * when their session does. Spread it into `plugins`; it brings Better Auth's jwt(), so leave that
 * out.
 *
 * @example
 * betterAuth({ baseURL, database, plugins: [...claimcheck({ audience: 'https://api.example.com' })] })
 * @throws {TypeError} when an option is missing or out of range.
 */
export function claimcheck(
  options: ClaimcheckOptions,
): [ReturnType<typeof jwt<JwtOptions>>, ClaimcheckPlugin] {
  const { audiences, issuer, algorithm, expiration, rotation, claims } = readOptions(options)
  const now = () => Date.now()
  const crowd = createCrowd(now, Math.random)
  let running: RunningIssuer | null = null
  /** The latest brake this process knows of, in seconds since 1970. */
  let notBefore = 0

  const signing: JwtOptions = {
    disableSettingJwtHeader: true,
    jwks: { keyPairConfig: { alg: algorithm } },
    jwt: {
      audience: audiences[0],
      ...(issuer !== null && { issuer }),
      definePayload(signedIn) {
        const issuedAt = Math.max(Math.floor(now() / 1000), notBefore)
        return createPayload(signedIn, expiration, issuedAt, claims)
      },
    },
    adapter: {
      async getJwks(ctx) {
        // What is published must never lag behind what another process signs with.
        const rows = await getIssuer().keys.list({ fresh: ctx.path === '/jwks' })
        return toPublishedKeys(rows, algorithm, now())
      },
    },
  }
  const getLog = () => getIssuer().log
  const plugin: ClaimcheckPlugin = {
    id: 'claimcheck',
    schema,
    endpoints: createFeedEndpoints(() => getIssuer().feed),
    init(context) {
      assertSupported(context.version)
      assertReady(context, issuer)
      if (running) {
        throw new BetterAuthError('claimcheck: each Better Auth needs a claimcheck() of its own.')
      }
      running = start(context)
    },
    hooks: {
      before: [
        guardToken(audiences),
        shedCrowd(crowd),
        recordSignOut(getLog),
        endSessionsWithPassword(),
      ],
      after: [
        setCacheHeaders(),
        judgeTokens(getLog, signing, (seconds) => {
          notBefore = Math.max(notBefore, seconds)
        }),
        correctFailedEnds(),
        correctFalseRefusals(),
        leaveCrowd(crowd),
      ],
    },
    rateLimit: [{ ...readerLimit, pathMatcher: (path) => readerPaths.test(path) }],
    async onResponse(response) {
      return { response: withholdErrors(response) }
    },
    getIssuer,
  }
  return [jwt(signing), plugin]

  function getIssuer(): RunningIssuer {
    if (running) return running
    throw new TypeError('claimcheck: Better Auth has not started with these plugins.')
  }

  function start(context: AuthContext): RunningIssuer {
    const { adapter, options: auth } = context
    const name = issuer ?? String(auth.baseURL)
    const retention = readLongestLifetime(auth.plugins ?? [], expiration) + MARGIN
    const times = { retention: retention * 1000, purgeTime: Math.max(PURGE_TIME, retention) * 1000 }
    const log = createRevocationLog({ issuer: name, ...times, now })
    watchAdapter(adapter, log, now)
    if (auth.secondaryStorage) {
      auth.secondaryStorage = watchStorage(auth.secondaryStorage, adapter, log)
    }
    if (auth.emailAndPassword) {
      auth.emailAndPassword = { ...auth.emailAndPassword, revokeSessionsOnPasswordReset: true }
    }
    const rows = createKnownRows({ context, ...times, now })
    const upkeep = createUpkeep({ context, rows, log, ...times, mostSessions: MOST_SESSIONS })
    const path = context.baseURL
      ? new URL(context.baseURL).pathname
      : (auth.basePath ?? '/api/auth')
    const feed = createFeed({ context, issuer: name, rows, upkeep, signing, retention, now })
    return {
      adapter,
      logger: context.logger,
      warnings: readWarnings(auth),
      keys: createKeyRing(context, algorithm, rotation * 1000, now),
      log,
      feed,
      answersFeed: listenForFeed(feed, `${path.replace(/\/$/, '')}/revocations`),
    }
  }
}
