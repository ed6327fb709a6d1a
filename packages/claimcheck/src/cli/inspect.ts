/** `claimcheck inspect`: what a token says, in words. It asks nobody, so it cannot say whether a signature is good. */
import { CLOCK_TOLERANCE_SECONDS, LONGEST_LIFETIME_SECONDS } from '../contract.js'
import { type Command, readArguments, readToken, UsageError } from './command.js'
import { type Finding, writeFindings } from './finding.js'
import { exitCodes } from './io.js'
import { type ReadToken, readTokenKind } from './token-kind.js'
import { isPersonal, toSpan } from './words.js'

/** One member of a token, and what it means. */
interface Line {
  readonly part: 'header' | 'claims'
  readonly name: string
  readonly value: unknown
  readonly means: string
}

const options = {
  issuer: { type: 'string' },
  audience: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const inspect: Command = {
  name: 'inspect',
  summary: 'says what a token is and what it says, without asking anybody',
  help: `claimcheck inspect [TOKEN] [--issuer ISSUER] [--audience AUDIENCE] [--json]

  TOKEN       a token, or - to read it from standard input, which leaves no trace in a shell's
              history. Default: the variable CLAIMCHECK_TOKEN, else standard input.
  --issuer    what iss should be; shown beside what it is
  --audience  what aud should hold
  --json      one JSON object instead of sentences

  Nothing is asked for over the network, so the signature is not checked: claimcheck doctor does that.
  Ends with 0 when nothing is wrong with what the token says, with 1 when something is, with 2 when
  the command was called wrongly.`,

  async run(args, io) {
    const { values, positionals } = readArguments(args, options, { positionals: 1 })
    const [argument] = positionals
    const given = await readToken(argument, io)
    const text = given ?? (argument === undefined ? await readToken('-', io) : undefined)
    if (text === undefined) throw new UsageError('There is no token: give one on standard input.')
    const kind = readTokenKind(text)
    const lines = kind.token === null ? [] : describe(kind.token, io.now())
    const findings: Finding[] = [
      {
        id: 'kind',
        outcome: kind.cure === undefined ? 'good' : 'fault',
        says: kind.says,
        evidence: [],
        ...(kind.cure !== undefined && { cure: kind.cure }),
      },
      ...(kind.token === null ? [] : judge(kind.token, values, io.now())),
    ]
    if (values.json) io.print(JSON.stringify({ command: 'inspect', lines, findings }, null, 2))
    else {
      for (const part of ['header', 'claims'] as const) {
        const own = lines.filter((line) => line.part === part)
        if (own.length > 0) io.print(`${part}\n${own.map(writeLine).join('\n')}\n`)
      }
      io.print(writeFindings(findings, io))
    }
    const isWrong = findings.some(({ outcome }) => outcome === 'fault')
    return isWrong ? exitCodes.faults : exitCodes.good
  },
}

function writeLine({ name, value, means }: Line): string {
  const shown = JSON.stringify(value).slice(0, 200)
  return `  ${name.padEnd(10)} ${shown}${means === '' ? '' : `\n${' '.repeat(13)}${means}`}`
}

function describe({ header, claims }: ReadToken, now: number): Line[] {
  return [
    ...Object.entries(header).map(([name, value]) => ({
      part: 'header' as const,
      name,
      value,
      means: meanings[name] ?? '',
    })),
    ...Object.entries(claims).map(([name, value]) => ({
      part: 'claims' as const,
      name,
      value,
      means: describeClaim(name, value, now),
    })),
  ]
}

function describeClaim(name: string, value: unknown, now: number): string {
  const isTime = ['exp', 'iat', 'nbf'].includes(name) && typeof value === 'number'
  if (!isTime) return meanings[name] ?? (isPersonal(name) ? 'personal data' : '')
  const span = toSpan(value - now / 1_000)
  return `${meanings[name]}: ${new Date(value * 1_000).toISOString()}, ${span}`
}

const meanings: Readonly<Record<string, string>> = {
  alg: 'how it is signed',
  kid: 'which key signed it',
  typ: 'which kind of token it says it is',
  iss: 'who issued it',
  sub: 'the person: the user id',
  aud: 'the API it is for',
  exp: 'good until',
  iat: 'issued',
  nbf: 'not good before',
  jti: 'the id of this token',
  sid: 'the session it belongs to: it ends with that',
  scope: 'what a program may do',
  azp: 'the program it was issued to',
  client_id: 'the program it was issued to',
  act: 'who acts for the person',
  cnf: 'the key it is bound to',
}

/** What can be said without a key. */
function judge(
  { claims }: ReadToken,
  expected: { readonly issuer?: string | undefined; readonly audience?: string | undefined },
  now: number,
): Finding[] {
  const { iss, aud, exp, iat, nbf, sub, sid } = claims
  const seconds = now / 1_000
  const findings: Finding[] = []
  const add = (id: string, outcome: Finding['outcome'], says: string, cure?: string) =>
    findings.push({ id, outcome, says, evidence: [], ...(cure !== undefined && { cure }) })
  const audiences = [aud].flat()
  if (expected.issuer !== undefined) {
    const isSame = iss === expected.issuer
    const both = `iss is ${JSON.stringify(iss)}, expected ${JSON.stringify(expected.issuer)}.`
    if (isSame) add('issuer', 'good', 'It comes from the issuer that is expected.')
    else add('issuer', 'fault', both, 'Make JWT_ISSUER the same string on both sides.')
  }
  if (expected.audience !== undefined) {
    const both = `aud is ${JSON.stringify(aud)}, expected ${JSON.stringify(expected.audience)}.`
    if (audiences.includes(expected.audience)) add('audience', 'good', 'It is for this API.')
    else
      add(
        'audience',
        'fault',
        both,
        'Make JWT_AUDIENCE the same string on both sides; of several, ask for the one: getToken({ audience }).',
      )
  }
  if (typeof exp !== 'number') add('expiry', 'fault', 'It has no end (exp), and is refused.')
  else if (exp + CLOCK_TOLERANCE_SECONDS <= seconds)
    add('expiry', 'fault', `It ended ${toSpan(exp - seconds)}.`, 'Fetch a fresh token.')
  else add('expiry', 'good', `It ends ${toSpan(exp - seconds)}.`)
  if (typeof iat !== 'number') add('issued', 'fault', 'It does not say when it was issued (iat).')
  else if (iat > seconds + 60)
    add('issued', 'fault', `It was issued ${toSpan(iat - seconds)}.`, 'Set the clocks right.')
  if (typeof exp === 'number' && typeof iat === 'number' && exp - iat > LONGEST_LIFETIME_SECONDS) {
    add('lifetime', 'fault', 'It lives longer than a day, and is refused.', 'Set expiration: 15m.')
  }
  if (typeof nbf === 'number' && nbf > seconds + CLOCK_TOLERANCE_SECONDS)
    add('not-before', 'fault', `It is good only ${toSpan(nbf - seconds)}.`)
  if (typeof sub !== 'string' || sub === '') add('subject', 'fault', 'It is about nobody (sub).')
  if (sid === undefined)
    add(
      'session',
      'warning',
      'It names no session (sid), so signing out does not end it.',
      'Issue it with claimcheck() in the plugins of Better Auth.',
    )
  const personal = Object.keys(claims).filter(isPersonal)
  if (personal.length > 0)
    add(
      'personal-data',
      'warning',
      `It carries personal data: ${personal.join(', ')}.`,
      'Leave it out: definePayload of jwt() puts the whole user there unless told otherwise; claimcheck() does not.',
    )
  return findings
}
