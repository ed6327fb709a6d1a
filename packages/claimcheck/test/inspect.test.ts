import { beforeEach, describe, expect, it } from 'vitest'
import { apiUrl, appUrl, createWorld, run, type World } from './_world.js'

describe('claimcheck inspect', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })

  async function inspect(text: string, ...args: string[]) {
    world.input = `${text}\n`
    const { code, out, err } = await run(world, ['inspect', '-', '--json', ...args])
    expect(err).toBe('')
    const { findings, lines } = JSON.parse(out)
    const wrong = findings.filter(({ outcome }: { outcome: string }) => outcome !== 'good')
    return { code, out, findings, lines, wrong: wrong.map(({ id }: { id: string }) => id) }
  }

  it('says what the token of a person says, and ends with 0', async () => {
    const token = await world.issuer.sign({ sub: 'ada', sid: 'session-1' })
    const args = ['--issuer', appUrl, '--audience', apiUrl]
    const { code, wrong, lines, findings, out } = await inspect(token, ...args)
    expect([code, wrong]).toEqual([0, []])
    expect(findings[0].says).toBe('It is a token of a person, as Better Auth issues them.')
    expect(lines).toContainEqual({
      part: 'claims',
      name: 'sub',
      value: 'ada',
      means: 'the person: the user id',
    })
    expect(lines.find(({ name }: { name: string }) => name === 'exp').means).toMatch(
      /^good until: \d{4}-.*Z, in 15 min$/,
    )
    expect(out).not.toContain(token.split('.')[2])
  })

  it('takes the token from the variable, from standard input, and as an argument', async () => {
    const token = await world.issuer.sign({ sub: 'ada', sid: 'session-1' })
    const asArgument = await run(world, ['inspect', token])
    world.input = token
    expect(await run(world, ['inspect'])).toEqual(asArgument)
    world.input = ''
    world.env.CLAIMCHECK_TOKEN = token
    expect(await run(world, ['inspect'])).toEqual(asArgument)
    expect(asArgument.out).toContain(
      'header\n  alg        "EdDSA"\n             how it is signed\n',
    )
  })

  it.each([
    ['undefined', /variable that held no token/],
    ['Bearer a.b.c', /word Bearer/],
    ['"a.b.c"', /quotation marks/],
    ['x'.repeat(32), /Better Auth session token, not a JWT/],
    [`${'x'.repeat(32)}.${'s'.repeat(43)}=`, /signed session cookie/],
    ['a.b.c.d.e', /encrypted/],
    ['3f0c1d5e-6a0b-4f7e-9d53-1c1f0a8e2b44', /UUID/],
    ['abc', /three parts, and this has 1/],
    ['a.b.c', /cannot be read/],
  ])('says what %s is, and what to do', async (text, says) => {
    const { code, findings } = await inspect(text)
    expect(code).toBe(1)
    expect(findings).toHaveLength(1)
    expect(findings[0].says).toMatch(says)
    expect(findings[0].cure).toMatch(/\.$/)
  })

  it.each([
    ['a shared secret', { alg: 'HS256' }, {}, /shared secret \(HS256\)/],
    ['no signature', { alg: 'none' }, {}, /not signed/],
    ['a program', { typ: 'at+jwt' }, {}, /issued to a program/],
    ['a scope', {}, { scope: 'openid' }, /issued to a program/],
    ['an ID token', {}, { nonce: 'n' }, /ID token/],
    ['a document of the feed', { typ: 'revocations+jwt' }, {}, /revocation feed/],
    ['another kind', { typ: 'logout+jwt' }, {}, /another kind/],
  ])('knows %s', async (_, header, claims, says) => {
    const token = await world.issuer.sign({ sub: 'ada', sid: 's', ...claims }, { header })
    const { code, findings } = await inspect(token)
    expect(code).toBe(1)
    expect(findings[0].says).toMatch(says)
  })

  it.each([
    ['issuer', { iss: `${appUrl}/` }, 1],
    ['audience', { aud: appUrl }, 1],
    ['expiry', { exp: 1 }, 1],
    ['expiry', { exp: undefined }, 1],
    ['issued', { iat: undefined }, 1],
    ['lifetime', { iat: 1 }, 1],
    ['not-before', { nbf: 9_999_999_999 }, 1],
    ['subject', { sub: undefined }, 1],
    ['session', { sid: undefined }, 0],
    ['personal-data', { email: 'ada@example.com' }, 0],
  ])('finds %s in %j', async (id, claims, expected) => {
    const token = await world.issuer.sign({ sub: 'ada', sid: 'session-1', ...claims })
    const { code, wrong } = await inspect(token, '--issuer', appUrl, '--audience', apiUrl)
    expect(wrong).toEqual([id])
    expect(code).toBe(expected)
  })
})

describe('the command line', () => {
  it.each([
    [[], 2, /claimcheck inspect/],
    [['help'], 0, /claimcheck doctor/],
    [['--help'], 0, /claimcheck doctor/],
    [['doctor', '--help'], 0, /Ends with 0 when nothing is wrong/],
    [['inspect', '-h'], 0, /standard input/],
    [['dcotor'], 2, /no such command/],
    [['doctor'], 2, /--issuer is missing/],
    [['doctor', '--isuer', 'x'], 2, /no option --isuer/],
    [['doctor', '--issuer'], 2, /--issuer cannot be read/],
    [['doctor', '--issuer', 'app'], 2, /--issuer expects an address/],
    [['doctor', '--issuer', appUrl, '--algorithm', 'HS256'], 2, /EdDSA or RS256/],
    [['doctor', '--issuer', appUrl, '--email', 'a@b.c'], 2, /CLAIMCHECK_PASSWORD/],
    [['inspect'], 2, /no token/],
  ])('%j ends with %d', async (args, code, text) => {
    const world = await createWorld()
    const ended = await run(world, args)
    expect(ended.code).toBe(code)
    expect(ended.out + ended.err).toMatch(text)
  })

  it('repeats nothing that may be a token', async () => {
    const world = await createWorld()
    for (const args of [
      ['inspect', 'a', 'secret-token'],
      ['doctor', 'secret-token'],
    ]) {
      const { code, out, err } = await run(world, args)
      expect(code).toBe(2)
      expect(out + err).not.toContain('secret-token')
    }
  })
})
