/** The reference of options, made from the types: what each interface says of its fields. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Section {
  readonly title: string
  /** The module and the name to call, for people. */
  readonly call: string
  /** Where the interface stands, and what it is called there. */
  readonly file: string
  readonly name: string
}

interface Field {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  readonly text: string
}

const source = 'packages/claimcheck/src'
const sections: readonly Section[] = [
  {
    title: 'Verifier: one issuer',
    call: '`createVerifier({ … })`, or each entry of `issuers`',
    file: 'options.ts',
    name: 'TrustedIssuer',
  },
  {
    title: 'Verifier: what holds for all issuers',
    call: '`createVerifier({ … })` and `createVerifierFromEnv({ … })`',
    file: 'options.ts',
    name: 'VerifierSettings',
  },
  {
    title: 'Verifier: revocations',
    call: '`createVerifier({ revocations: { … } })`',
    file: 'options.ts',
    name: 'RevocationOptions',
  },
  {
    title: 'Verifier from the environment',
    call: '`createVerifierFromEnv({ … })` of `claimcheck/env`, beside those of a verifier',
    file: 'env.ts',
    name: 'EnvOptions',
  },
  {
    title: 'Adapters',
    call: '`bearer(verifier, { … })` and `owner(name, { … })`',
    file: 'problem.ts',
    name: 'BearerOptions',
  },
  {
    title: 'Issuer',
    call: '`claimcheck({ … })` of `claimcheck/better-auth`',
    file: 'better-auth/issuer-options.ts',
    name: 'ClaimcheckOptions',
  },
  {
    title: 'Token client',
    call: '`createTokenClient({ … })` of `claimcheck/client`',
    file: 'client/token-client.ts',
    name: 'TokenClientOptions',
  },
  {
    title: 'Token client: one call',
    call: '`tokens.getToken({ … })`',
    file: 'client/token-client.ts',
    name: 'GetTokenOptions',
  },
  {
    title: 'Postgres',
    call: '`asUser(pool, { … }, work)` of `claimcheck/postgres`',
    file: 'postgres.ts',
    name: 'AsUserOptions',
  },
  {
    title: 'Test issuer',
    call: '`createTestIssuer({ … })` of `claimcheck/testing`',
    file: 'testing/test-issuer.ts',
    name: 'TestIssuerOptions',
  },
  {
    title: 'Test issuer: one token',
    call: '`issuer.sign(claims, { … })`',
    file: 'testing/test-issuer.ts',
    name: 'SignOptions',
  },
]

/** The whole page. @param root the root of the repository */
export function toOptionsPage(root: string): string {
  const parts = sections.map(({ title, call, file, name }) => {
    const fields = readFields(readFileSync(join(root, source, file), 'utf8'), name)
    const rows = fields.map(toRow)
    return [
      `## ${title}`,
      '',
      `${call}.`,
      '',
      '| option | type | |',
      '|---|---|---|',
      ...rows,
    ].join('\n')
  })
  return `${introduction}\n\n${parts.join('\n\n')}\n`
}

const introduction = `# Options

Every option of every entry point, made from the types by \`npm run options\`. Bold ones are required. Options are checked once, when
something is created; what is wrong throws a \`TypeError\` that says what was expected.`

/** The fields of an interface with what is said of them, in order. @throws Error where there is no such interface */
export function readFields(text: string, name: string): Field[] {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(text)?.[1]
  if (body === undefined) throw new Error(`There is no interface ${name}.`)
  const field =
    /^ {2}\/\*\*(.*?)\*\/\n {2}(?:readonly )?(\w+)(\??): (.*?)(?=\n {2}(?:\/\*\*|readonly|\w)|\n?$(?![\s\S]))/gms
  return [...body.matchAll(field)].map(([, comment = '', id = '', mark, type = '']) => ({
    name: id,
    type: type.replaceAll(/\s+/g, ' ').trim(),
    isRequired: mark === '',
    text: comment
      .replaceAll(/^\s*\* ?/gm, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  }))
}

function toRow({ name, type, isRequired, text }: Field): string {
  const title = isRequired ? `**\`${name}\`**` : `\`${name}\``
  return `| ${title} | \`${toCell(type)}\` | ${toCell(text)} |`
}

/** A bar would end the cell, also in code. */
function toCell(text: string): string {
  return text.replaceAll('|', '\\|')
}
