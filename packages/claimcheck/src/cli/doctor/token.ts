/** What the token at hand is worth, by the verdict of the verifier itself. */
import { type AuthErrorCode, authErrors, createVerifier } from '../../index.js'
import { readTokenKind } from '../token-kind.js'
import { isPersonal, toSpan } from '../words.js'
import type { Examination } from './examination.js'
import type { PublishedKeys } from './keys.js'

/** A token and what became of it. */
export interface JudgedToken {
  readonly text: string
  readonly claims: Readonly<Record<string, unknown>>
  /** Why it is refused, or null where it is good. */
  readonly refusal: AuthErrorCode | null
}

/** Longer than this, in seconds, a token outlives a theft for long. */
const LONG_LIFE = 3_600

export async function examineToken(
  examination: Examination,
  text: string,
  keys: PublishedKeys | null,
): Promise<JudgedToken | null> {
  const { subject, add, io } = examination
  const { says, cure, token } = readTokenKind(text)
  if (token === null) {
    add('token-kind', 'fault', says, cure === undefined ? {} : { cure })
    return null
  }
  const { claims } = token
  examineContent(examination, claims)
  if (keys === null) return { text, claims, refusal: 'keys_unavailable' }
  const verifier = createVerifier({
    issuer: subject.issuer,
    audience: subject.audience ?? String([claims.aud].flat()[0] ?? 'unknown'),
    jwksUrl: subject.jwks,
    algorithms: subject.algorithms,
    allowHttp: true,
    revocations: 'off',
    fetch: async () => new Response(keys.body),
    now: io.now,
    // What the keys are worth was said already.
    log: false,
  })
  const { error, steps } = await verifier.explain(text)
  verifier.close()
  if (error === null) {
    add('token', 'good', 'The token is good.')
    return { text, claims, refusal: null }
  }
  const check = steps.at(-1)?.check
  const evidence = [`refused with ${error.status} ${error.code}, at the check "${check}"`]
  evidence.push(...compare(examination, token, error.code))
  if (cure !== undefined) evidence.push(says)
  const id =
    error.code === 'claim_invalid' && check === 'lifetime' ? 'token-lifetime' : toId(error.code)
  add(id, 'fault', authErrors[error.code].detail, {
    evidence,
    cure: cures[error.code] ?? cure ?? authErrors[error.code].hint,
  })
  return { text, claims, refusal: error.code }
}

function toId(code: AuthErrorCode): string {
  return `token-${code.replace(/^token_/, '').replaceAll('_', '-')}`
}

const cures: Readonly<Partial<Record<AuthErrorCode, string>>> = {
  issuer_mismatch:
    'Make them one string: JWT_ISSUER (issuer of claimcheck() and of the verifier). A slash at the end, http for https or another port make another issuer.',
  audience_mismatch:
    'Make them one string: JWT_AUDIENCE (audience of claimcheck() and of the verifier). With several APIs, list all in audience of claimcheck(), and ask for the one: getToken({ audience }).',
  algorithm_not_allowed:
    'Name the algorithm of the token in "algorithms" of the verifier, or have the issuer sign with the one it expects.',
  token_not_yet_valid: 'Set the clocks: issuer and API disagree. Run NTP on both.',
}

/** Both values side by side: issuer, audience and times are no secrets. */
function compare(
  { subject, io }: Examination,
  { header, claims }: NonNullable<ReturnType<typeof readTokenKind>['token']>,
  code: AuthErrorCode,
): string[] {
  const now = io.now() / 1_000
  const both = (name: string, is: unknown, expected: unknown) => [
    `${name} is ${JSON.stringify(is)}, expected ${JSON.stringify(expected)}`,
  ]
  if (code === 'issuer_mismatch') return both('iss', claims.iss, subject.issuer)
  if (code === 'audience_mismatch') return both('aud', claims.aud, subject.audience)
  if (code === 'algorithm_not_allowed') return both('alg', header.alg, subject.algorithms)
  if (code === 'token_expired') return [`it ended ${toSpan(Number(claims.exp) - now)}`]
  if (code === 'token_not_yet_valid') return [`it was issued ${toSpan(Number(claims.iat) - now)}`]
  return []
}

function examineContent({ add }: Examination, claims: Readonly<Record<string, unknown>>): void {
  const { exp, iat, sid } = claims
  const personal = Object.keys(claims).filter(isPersonal)
  if (personal.length > 0) {
    add(
      'token-personal-data',
      'warning',
      'The token carries personal data into every log and tool it meets.',
      {
        evidence: [`claims: ${personal.join(', ')}`],
        cure: 'jwt() puts the whole user into a token unless definePayload says otherwise; claimcheck() puts nothing but ids.',
      },
    )
  }
  if (sid === undefined) {
    add(
      'token-no-sid',
      'warning',
      'The token names no session (sid), so signing out does not end it.',
      {
        cure: 'Use claimcheck() in the plugins of Better Auth; requireSid: true at the verifier then insists.',
      },
    )
  }
  const lifetime = Number(exp) - Number(iat)
  if (lifetime > LONG_LIFE && lifetime <= 86_400) {
    add(
      'token-long-lived',
      'warning',
      `The token lives ${Math.round(lifetime / 60)} minutes, which is long for one that may be stolen.`,
      {
        cure: "Set expiration: '15m' (JWT_EXPIRATION); clients fetch the next one by themselves.",
      },
    )
  }
}
