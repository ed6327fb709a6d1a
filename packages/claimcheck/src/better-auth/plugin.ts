/** The issuer: Better Auth's own jwt() with a safe preset, and the plugin that completes it. */
import { type AuthContext, BetterAuthError, type BetterAuthPlugin } from 'better-auth'
import { type JwtOptions, jwt } from 'better-auth/plugins'
import { createPayload } from './claims.js'
import {
  correctFailedEnds,
  endSessionsWithPassword,
  judgeTokens,
  recordSignOut,
} from './ending-endpoints.js'
import { createFeed, createFeedEndpoint, type Feed } from './feed.js'
import { toPublishedKeys } from './key-schedule.js'
import { createKeyRing, type KeyRing } from './keys.js'
import { type ClaimcheckOptions, readOptions } from './options.js'
import { correctFalseRefusals } from './outage.js'
import { createRevocationLog, type RevocationLog } from './revocation-log.js'
import { schema } from './schema.js'
import { watchStorage } from './secondary-storage.js'
import { createSnapshots } from './snapshots.js'
import { assertReady } from './start-checks.js'
import { guardToken, setCacheHeaders, withholdErrors } from './token-endpoint.js'
import { watchAdapter } from './watched-adapter.js'

/** The half of {@link claimcheck} that is not Better Auth's jwt(). */
export interface ClaimcheckPlugin extends BetterAuthPlugin {
  id: 'claimcheck'
  schema: typeof schema
  endpoints: { getRevocations: ReturnType<typeof createFeedEndpoint> }
  /** What `checkIssuer`, `rotateKeys` and the like work on. */
  getIssuer(): RunningIssuer
}

/** The parts of one running issuer. */
export interface RunningIssuer {
  readonly adapter: AuthContext['adapter']
  readonly keys: KeyRing
  readonly log: RevocationLog
  readonly feed: Feed
}

/** Verifiers ask often, and many of them from one address; the answers are shared and cheap. */
const readerLimit = { window: 10, max: 10_000 }
const readerPaths = ['/jwks', '/revocations', '/token']

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
  const { audience, issuer, algorithm, expiration, rotation, claims } = readOptions(options)
  const now = () => Date.now()
  let running: RunningIssuer | null = null
  /** The latest brake this process knows of, in seconds since 1970. */
  let notBefore = 0

  const signing: JwtOptions = {
    disableSettingJwtHeader: true,
    jwks: { keyPairConfig: { alg: algorithm } },
    jwt: {
      audience,
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
    endpoints: { getRevocations: createFeedEndpoint(() => getIssuer().feed) },
    init(context) {
      assertReady(context, issuer)
      if (running) {
        throw new BetterAuthError('claimcheck: each Better Auth needs a claimcheck() of its own.')
      }
      running = start(context)
    },
    hooks: {
      before: [guardToken(), recordSignOut(getLog), endSessionsWithPassword()],
      after: [
        setCacheHeaders(),
        judgeTokens(getLog, signing, (seconds) => {
          notBefore = Math.max(notBefore, seconds)
        }),
        correctFailedEnds(),
        correctFalseRefusals(),
      ],
    },
    rateLimit: [{ ...readerLimit, pathMatcher: (path) => readerPaths.includes(path) }],
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
    const log = createRevocationLog({ issuer: name, expiration, now })
    watchAdapter(adapter, log, now)
    if (auth.secondaryStorage) {
      auth.secondaryStorage = watchStorage(auth.secondaryStorage, adapter, log)
    }
    if (auth.emailAndPassword) {
      auth.emailAndPassword = { ...auth.emailAndPassword, revokeSessionsOnPasswordReset: true }
    }
    const snapshots = createSnapshots({ context, log, expiration, now })
    return {
      adapter,
      keys: createKeyRing(context, algorithm, rotation * 1000, now),
      log,
      feed: createFeed({ issuer: name, snapshots, signing, now }),
    }
  }
}
