/** Whether ended sessions are told: the revocation feed. */
import { REVOCATIONS_TYPE } from '../../contract.js'
import { createVerifier } from '../../index.js'
import { readTokenKind } from '../token-kind.js'
import { describe, type Examination, isPage } from './examination.js'
import type { PublishedKeys } from './keys.js'

/** Older than this, in seconds, a document was stored on its way. */
const STALE_SECONDS = 30

export async function examineFeed(examination: Examination, keys: PublishedKeys): Promise<void> {
  const { subject, add, ask, io } = examination
  const reply = await ask(subject.feed)
  const evidence = [describe('GET', subject.feed, reply)]
  const fault = (id: string, says: string, cure: string) =>
    add(id, 'fault', says, { evidence, cure })
  if (reply.failed !== null) {
    return fault(
      'feed-unreachable',
      'The revocation feed cannot be reached.',
      'Let the API reach it: it is followed in the background.',
    )
  }
  if (reply.status === 404) {
    return fault(
      'feed-missing',
      'The issuer has no revocation feed, so signing out does not end a token.',
      "Add claimcheck() to the plugins of Better Auth and run its migration; or set revocations: 'off' at the verifier, and live with it.",
    )
  }
  if (reply.status >= 500) {
    return fault(
      'keys-undecryptable',
      'The issuer publishes keys and cannot sign with them.',
      'Usually BETTER_AUTH_SECRET was changed, and private keys are encrypted with it: give both, BETTER_AUTH_SECRETS with the new one first. Its log says more.',
    )
  }
  if (reply.status !== 200 || isPage(reply)) {
    return fault(
      'feed-html',
      'Something else answers where the feed should be.',
      'Do not let the page router or a proxy answer for /api/auth/*: it belongs to Better Auth.',
    )
  }
  const document = readTokenKind(reply.body.trim()).token
  if (document === null || document.header.typ !== REVOCATIONS_TYPE) {
    return fault(
      'feed-not-a-feed',
      'What comes is no document of the feed.',
      `Expected a JWS of the type ${REVOCATIONS_TYPE}; Better Auth before 1.7 cannot set it: upgrade.`,
    )
  }
  if (document.claims.iss !== subject.issuer) {
    evidence.push(
      `iss is ${JSON.stringify(document.claims.iss)}, expected ${JSON.stringify(subject.issuer)}`,
    )
    return fault(
      'feed-issuer',
      'The feed speaks for another issuer.',
      'Make JWT_ISSUER the same string on both sides; a slash at the end counts.',
    )
  }
  const age = io.now() / 1_000 + (keys.clockAhead ?? 0) - Number(document.claims.iat)
  const isStored = Number(reply.headers.get('age') ?? 0) > 0
  if (age > STALE_SECONDS || isStored) {
    evidence.push(`it was made ${Math.round(age)} s ago${isStored ? ', and carries an Age' : ''}`)
    return fault(
      'feed-stale',
      'The feed is stale: somebody stores it on the way, and sign-outs arrive late.',
      'Let no cache or CDN store /api/auth/revocations: it says no-store.',
    )
  }
  const reason = await follow(examination, keys)
  if (reason !== undefined) {
    evidence.push(reason)
    return fault(
      'feed-refused',
      'The feed is there, and a verifier does not accept it.',
      'It must be signed with a published key and an allowed algorithm.',
    )
  }
  add('feed', 'good', 'The revocation feed is there and fresh.', { evidence })
}

/** What the verifier itself says of the feed; undefined where it takes it. */
async function follow({ subject, io }: Examination, keys: PublishedKeys) {
  let reason: string | undefined
  const verifier = createVerifier({
    issuer: subject.issuer,
    audience: subject.audience ?? 'unknown',
    jwksUrl: subject.jwks,
    algorithms: subject.algorithms,
    allowHttp: true,
    revocations: { url: subject.feed },
    fetch: (input, init) =>
      String(input instanceof Request ? input.url : input) === subject.jwks
        ? Promise.resolve(new Response(keys.body))
        : io.fetch(input, init),
    on: (event) => {
      if (event.type === 'revocations_failed') reason = event.reason
    },
  })
  await verifier.ready().catch(() => {})
  const [stats] = verifier.stats().revocations
  verifier.close()
  return stats?.version === null ? (reason ?? 'no document was accepted') : undefined
}
