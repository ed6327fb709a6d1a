/** Whether the API judges tokens as it should, seen from outside. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { authErrors } from '../../index.js'
import { type Answer, describe, type Examination, type Reply } from './examination.js'
import type { PublishedKeys } from './keys.js'
import type { JudgedToken } from './token.js'

/** Asks the API with a token, or without. */
export function callApi({ subject, ask }: Examination, token?: string): Promise<Reply> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return ask(String(subject.api), { headers: { accept: 'application/json', ...headers } })
}

/** Looks at what needs no good token. False where the API does not answer. */
export async function examineApi(
  examination: Examination,
  keys: PublishedKeys | null,
): Promise<boolean> {
  const { subject, add } = examination
  const bare = await callApi(examination)
  const evidence = [describe('GET', String(subject.api), bare)]
  if (bare.failed !== null) {
    add('api-unreachable', 'unknown', 'The API cannot be reached.', {
      evidence,
      cure: 'Start it, or correct --api: a protected address that answers GET.',
    })
    return false
  }
  examineBare(examination, bare, evidence)
  examineClocks(examination, bare.clockAhead, keys)
  await examineForgeries(examination, keys)
  if (keys === null) await examineOutage(examination)
  return true
}

function examineBare({ add }: Examination, bare: Answer, evidence: string[]): void {
  if (bare.status >= 200 && bare.status < 300) {
    add('api-open', 'fault', 'The API answers without a token.', {
      evidence,
      cure: 'Put bearer(verifier) before the route. If this address is public on purpose, name a protected one with --api.',
    })
  } else if (bare.status !== 401) {
    add('api-status', 'warning', `Without a token the API answers ${bare.status}, not 401.`, {
      evidence,
      cure: 'Let bearer(verifier) answer before anything else does; clients renew a token at 401 alone.',
    })
  } else if (!/^Bearer\b/i.test(bare.headers.get('www-authenticate') ?? '')) {
    add(
      'api-no-challenge',
      'warning',
      'Its 401 does not say that a Bearer token is wanted (RFC 6750 §3).',
      {
        evidence,
        cure: 'Send WWW-Authenticate: Bearer realm="api"; toProblem(error) has it.',
      },
    )
  } else add('api-asks', 'good', 'Without a token the API answers 401 and asks for one.')
}

function examineClocks(
  { add, subject }: Examination,
  api: number | null,
  keys: PublishedKeys | null,
): void {
  const issuer = keys?.clockAhead ?? null
  if (api === null || issuer === null) return
  const apart = Math.abs(api - issuer)
  // A Date has whole seconds, and each answer took its time.
  if (apart < 5) return
  add('clock', 'fault', `The clocks of issuer and API are ${Math.round(apart)} s apart.`, {
    evidence: [`by the Date headers of ${subject.auth} and ${subject.api?.origin}`],
    cure: 'Run NTP on both: 5 s are tolerated.',
  })
}

/** Tokens that nobody may accept, made without any secret of the issuer. */
async function examineForgeries(
  examination: Examination,
  keys: PublishedKeys | null,
): Promise<void> {
  const { add } = examination
  const accepted: string[] = []
  for (const [kind, token] of makeForgeries(examination, keys?.keyIds[0] ?? 'unknown')) {
    const reply = await callApi(examination, token)
    if (reply.failed === null && reply.status < 300) accepted.push(kind)
  }
  if (accepted.length > 0) {
    return add('api-takes-forgeries', 'fault', 'The API accepts tokens that anybody can make.', {
      evidence: accepted.map((kind) => `accepted: ${kind}`),
      cure: 'It reads tokens and does not verify them: put bearer(verifier) of createVerifier before the route.',
    })
  }
  add('api-forgeries', 'good', 'Forged tokens are refused.')
}

function makeForgeries({ subject, io }: Examination, kid: string) {
  const now = Math.floor(io.now() / 1_000)
  const claims = {
    iss: subject.issuer,
    aud: subject.audience ?? 'unknown',
    sub: 'claimcheck-doctor',
    iat: now,
    exp: now + 60,
  }
  return [
    [
      'a token without a signature (alg none)',
      `${encode({ alg: 'none', kid })}.${encode(claims)}.`,
    ],
    ['a token signed by somebody else', forge({ alg: 'EdDSA', kid }, claims)],
  ] as const
}

/** While the issuer is away, nobody can say that a token is bad: 503, and never 401. */
async function examineOutage(examination: Examination): Promise<void> {
  const { subject, io, add } = examination
  const now = Math.floor(io.now() / 1_000)
  const claims = {
    iss: subject.issuer,
    aud: subject.audience ?? 'unknown',
    sub: 'claimcheck-doctor',
  }
  const header = { alg: subject.algorithms[0] ?? 'EdDSA', kid: `doctor-${now}` }
  const token = forge(header, { ...claims, iat: now, exp: now + 60 })
  const reply = await callApi(examination, token)
  if (reply.failed !== null || reply.status !== 401) return
  add(
    'api-401-for-outage',
    'fault',
    'The keys cannot be had, and the API says that the token is bad.',
    {
      evidence: [
        `${describe('GET', String(subject.api), reply)}, to a token of a key it cannot know`,
      ],
      cure: 'Answer 503 with Retry-After, as createVerifier does (keys_unavailable): at 401 clients sign people out.',
    },
  )
}

/** What the API makes of a token whose worth is known. */
export async function examineJudgement(
  examination: Examination,
  token: JudgedToken,
): Promise<void> {
  const { add, subject } = examination
  const reply = await callApi(examination, token.text)
  if (reply.failed !== null) return
  const evidence = [`${describe('GET', String(subject.api), reply)}, with the token`]
  const isAccepted = reply.status < 300
  if (token.refusal === null && isAccepted) {
    return add('api-accepts', 'good', 'The API accepts the good token.')
  }
  if (isAccepted && token.refusal !== null && authErrors[token.refusal].status === 401) {
    if (token.refusal === 'audience_mismatch') {
      evidence.push(
        `aud is ${JSON.stringify(token.claims.aud)}, expected ${JSON.stringify(subject.audience)}`,
      )
      return add(
        'api-any-audience',
        'fault',
        'The API accepts a token that was made for another audience.',
        {
          evidence,
          cure: 'Give the verifier its audience: jose and others check aud only if they are told to.',
        },
      )
    }
    return add('api-accepts-bad', 'fault', 'The API accepts a token that it should refuse.', {
      evidence: [...evidence, `expected: 401 ${token.refusal}`],
      cure: authErrors[token.refusal].hint,
    })
  }
  if (token.refusal !== null || reply.status !== 401) return
  const code = readCode(reply.body)
  if (code === 'token_missing') {
    return add('authorization-stripped', 'fault', 'The token does not reach the API.', {
      evidence: [...evidence, 'it says token_missing'],
      cure: 'A proxy takes the Authorization header off: let it pass (nginx: proxy_set_header Authorization $http_authorization).',
    })
  }
  const known = authErrors[code as keyof typeof authErrors]
  add('api-refuses', 'fault', 'The API refuses a good token.', {
    evidence: [...evidence, ...(code === undefined ? [] : [`it says ${code}`])],
    cure:
      known?.hint ??
      'Compare issuer, audience and algorithms of its verifier with what was given here.',
  })
}

/**
 * Whether every request waits for the keys: the fastest of five with a good token against the fastest without any. What
 * else a machine does makes answers slower and never faster, and in turns it hits all of them alike.
 */
export async function examineKeyFetching(
  examination: Examination,
  token: JudgedToken,
): Promise<void> {
  const { add, ask, subject } = examination
  const fastest = { keys: Infinity, without: Infinity, judged: Infinity }
  const keep = (name: keyof typeof fastest, reply: Reply) => {
    if (reply.failed === null) fastest[name] = Math.min(fastest[name], reply.took)
  }
  for (let round = 0; round < 5; round++) {
    keep('keys', await ask(subject.jwks))
    keep('without', await callApi(examination, undefined))
    keep('judged', await callApi(examination, token.text))
  }
  const { keys, without, judged } = fastest
  if (!Number.isFinite(keys + without + judged)) return
  // Too close to tell, on a fast network.
  if (keys < 20 || judged - without < 0.8 * keys) return
  add('api-fetches-keys', 'warning', 'The API seems to fetch the keys for every request.', {
    evidence: [
      `fastest of five: ${Math.round(judged)} ms with a token, ${Math.round(without)} ms without, ${Math.round(keys)} ms for the key set`,
    ],
    cure: 'Create the verifier once per process, outside of the handler: createVerifier fetches in the background.',
  })
}

function forge(header: { alg: string; kid: string }, claims: object): string {
  const input = `${encode(header)}.${encode(claims)}`
  const { privateKey } =
    header.alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519')
  const digest = header.alg === 'RS256' ? 'sha256' : null
  return `${input}.${sign(digest, Buffer.from(input), privateKey).toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function readCode(body: string): string | undefined {
  try {
    const { code }: { code?: unknown } = JSON.parse(body)
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}
