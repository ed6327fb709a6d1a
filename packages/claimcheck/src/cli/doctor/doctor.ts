/** `claimcheck doctor`: looks at an issuer, a token and an API from outside, and says what is wrong with them. */
import type { Algorithm } from '../../contract.js'
import { type Command, readAddress, readArguments, readToken, UsageError } from '../command.js'
import { type Finding, writeFindings } from '../finding.js'
import { type ExitCode, exitCodes, type Io } from '../io.js'
import { callApi, examineApi, examineJudgement, examineKeyFetching } from './api.js'
import { examineCrossOrigin } from './cross-origin.js'
import { createExamination, type Examination, type Subject } from './examination.js'
import { examineFeed } from './feed.js'
import { examineKeys, type PublishedKeys } from './keys.js'
import { examineSignIn, examineTokenEndpoint, type SignedIn } from './session.js'
import { examineToken } from './token.js'

const options = {
  issuer: { type: 'string' },
  audience: { type: 'string' },
  api: { type: 'string' },
  token: { type: 'string' },
  auth: { type: 'string' },
  jwks: { type: 'string' },
  feed: { type: 'string' },
  origin: { type: 'string' },
  algorithm: { type: 'string', multiple: true },
  email: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const doctor: Command = {
  name: 'doctor',
  summary: 'finds what is wrong between an issuer, its tokens and an API',
  help: `claimcheck doctor --issuer URL [--audience NAME] [--api URL] [--token -] [--email ADDRESS] [--json]

  --issuer     the iss of tokens: the base URL of the app with Better Auth
  --audience   the aud of tokens, as the API expects it; of several, the one that is asked for
  --api        a protected address of the API that answers GET with 200
  --token -    reads a token from standard input; without it, from the variable CLAIMCHECK_TOKEN if set
  --email      a test account: signs in, fetches a token, calls the API, signs out, and waits for the
               refusal. Its password is read from the variable CLAIMCHECK_PASSWORD
  --origin     where the pages are that call the API. Default: the origin of the issuer
  --algorithm  EdDSA (the default) or RS256; give it twice while an issuer changes over
  --auth       where Better Auth answers. Default: {issuer}/api/auth
  --jwks       the key set. Default: {auth}/jwks
  --feed       the revocation feed. Default: {auth}/revocations
  --json       one JSON object instead of sentences

  Ends with 0 when nothing is wrong, with 1 when something is, with 2 when the command was called
  wrongly, with 3 when nothing wrong was found and something did not answer. Warnings change nothing.
  No token is ever printed.`,

  async run(args, io) {
    const { values } = readArguments(args, options)
    const subject = readSubject(values, io)
    const token = await readToken(values.token, io)
    const examination = createExamination(subject, io)
    await examine(examination, token)
    const { findings } = examination
    if (values.json) io.print(JSON.stringify({ command: 'doctor', findings }, null, 2))
    else io.print(writeFindings(findings, io))
    return toExitCode(findings)
  },
}

function toExitCode(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ outcome }) => outcome === 'fault')) return exitCodes.faults
  const isWhole = findings.every(({ outcome }) => outcome !== 'unknown')
  return isWhole ? exitCodes.good : exitCodes.unknown
}

async function examine(examination: Examination, given: string | undefined): Promise<void> {
  const { subject } = examination
  const keys = await examineKeys(examination)
  if (keys !== null) {
    await examineFeed(examination, keys)
    await examineTokenEndpoint(examination)
  }
  const person = keys === null ? null : await examineSignIn(examination)
  const text = given ?? person?.token
  const token = text === undefined ? null : await examineToken(examination, text, keys)
  const isThere = subject.api !== undefined && (await examineApi(examination, keys))
  if (isThere) {
    await examineCrossOrigin(examination)
    if (token !== null && keys !== null) {
      await examineJudgement(examination, token)
      if (token.refusal === null) await examineKeyFetching(examination, token)
    }
  }
  if (person !== null) await examineSignOut(examination, person, isThere, keys)
}

/** How long a revocation may take to arrive everywhere, with room for slow networks, in milliseconds. */
const REVOKED_WITHIN = 5_000

async function examineSignOut(
  examination: Examination,
  person: SignedIn,
  hasApi: boolean,
  keys: PublishedKeys | null,
): Promise<void> {
  const { add, io } = examination
  const before = hasApi ? await callApi(examination, person.token) : null
  if (!(await person.signOut())) {
    return add('sign-out', 'fault', 'Signing out fails.', {
      cure: 'The log of the issuer says why: a revocation that cannot be recorded fails the request, so that nobody keeps a live token.',
    })
  }
  const again = await person.askAgain()
  if (again?.status === 200) {
    add('token-after-sign-out', 'fault', 'Cookies of an ended session still get tokens.', {
      evidence: ['GET /token answered 200 after sign-out'],
      cure: 'Leave session.cookieCache off, or use claimcheck(), whose /token always asks the database.',
    })
  }
  if (before === null || before.failed !== null || before.status >= 300 || keys === null) return
  const began = io.elapsed()
  for (;;) {
    const reply = await callApi(examination, person.token)
    const took = io.elapsed() - began
    if (reply.failed === null && reply.status === 401) {
      return add('signed-out', 'good', 'Signed out means signed out.', {
        evidence: [`the API refused the token ${(took / 1_000).toFixed(1)} s after sign-out`],
      })
    }
    if (took > REVOKED_WITHIN) break
    await io.wait(100)
  }
  add(
    'api-ignores-sign-out',
    'fault',
    'The API still accepts the token of a session that has ended.',
    {
      evidence: [`${REVOKED_WITHIN / 1_000} s after sign-out`],
      cure: "Let its verifier follow the feed: leave revocations out, or give it the feed's url; 'off' follows none.",
    },
  )
}

type Values = ReturnType<typeof readArguments<typeof options>>['values']

function readSubject(values: Values, io: Io): Subject {
  const { issuer, email } = values
  if (issuer === undefined) throw new UsageError('--issuer is missing.')
  const password = io.env.CLAIMCHECK_PASSWORD
  if (email !== undefined && !password) {
    throw new UsageError('--email needs the password in the variable CLAIMCHECK_PASSWORD.')
  }
  const auth =
    values.auth === undefined
      ? `${readAddress('--issuer', issuer).href.replace(/\/$/, '')}/api/auth`
      : readAddress('--auth', values.auth).href.replace(/\/$/, '')
  const algorithms = (values.algorithm ?? ['EdDSA']).map(readAlgorithm)
  const origin = readAddress('--origin', values.origin ?? new URL(auth).origin).origin
  return {
    issuer,
    auth,
    jwks: readAddress('--jwks', values.jwks ?? `${auth}/jwks`).href,
    feed: readAddress('--feed', values.feed ?? `${auth}/revocations`).href,
    audience: values.audience,
    algorithms,
    api: values.api === undefined ? undefined : readAddress('--api', values.api),
    origin,
    account: email !== undefined && password ? { email, password } : undefined,
  }
}

function readAlgorithm(name: string): Algorithm {
  if (name === 'EdDSA' || name === 'RS256') return name
  throw new UsageError('--algorithm expects EdDSA or RS256.')
}
