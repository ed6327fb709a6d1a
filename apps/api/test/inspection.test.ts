/** What the inspector is told: the trace of the very decision, and rows as Postgres counts them. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createRowSecurityReader } from '../src/inspection/row-level-security.js'
import { createTestApi, readJson, type TestApi, toPerson, unreachable } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'
import { expectProblem } from './_problem.js'

interface Inspection {
  identity: { subject: string }
  verifier: { accepted: number; refused: number; waited: number }
  keys: { keyIds: string[]; age: number; requests: number }
  revocations: null
  fence: {
    role: string
    policies: { name: string; restrictive: boolean; using: string | null }[]
    rows: { inTable: number; visible: number }
  }
}

const path = '/api/me/inspection'

describe.each(inject('databases'))('the inspection on $name', ({ url }) => {
  let db: TestDatabase
  let api: TestApi

  beforeAll(async () => {
    db = await createTestDatabase(url)
    api = await createTestApi(db.database, {
      readRowSecurity: createRowSecurityReader(db.owner, db.database),
    })
  })
  afterAll(async () => {
    api.close()
    await db.close()
  })

  it('counts all rows of the table, and those one person can see without any condition', async () => {
    const alice = await api.signIn('alice')
    const bob = await api.signIn('bob')
    const carol = await api.signIn('carol')
    for (const title of ['One', 'Two', 'Three']) await alice.create({ title })
    await bob.create({ title: 'Four' })
    const rows = await Promise.all(
      [alice, bob, carol].map(async (person) => {
        const { identity, fence } = await readJson<Inspection>(await person.call('GET', path))
        return { who: identity.subject, ...fence.rows }
      }),
    )
    expect(rows).toEqual([
      { who: 'alice', inTable: 4, visible: 3 },
      { who: 'bob', inTable: 4, visible: 1 },
      { who: 'carol', inTable: 4, visible: 0 },
    ])
    // Counting leaves nothing behind on the connection that could speak for anybody.
    expect(await db.run(`select nullif(current_setting('app.user_id', true), '') as who`)).toEqual([
      { who: null },
    ])
  })

  it('shows the policies as Postgres has them, and the role that they hold', async () => {
    const alice = await api.signIn('alice')
    const { fence } = await readJson<Inspection>(await alice.call('GET', path))
    expect(fence.role).toBe(db.role)
    expect(fence.policies.map(({ name, restrictive }) => ({ name, restrictive }))).toEqual([
      { name: 'own_tasks', restrictive: false },
      { name: 'living_account', restrictive: true },
    ])
    expect(fence.policies[0]?.using).toContain('app.user_id')
  })
})

describe('the trace of a decision', () => {
  const readNothing = async () => ({
    role: 'nobody',
    policies: [],
    rows: { inTable: 0, visible: 0 },
  })

  it('lists every check in order, its outcome and its time, and nothing of the token', async () => {
    const api = await createTestApi(unreachable, { readRowSecurity: readNothing })
    const alice = await api.signIn('alice')
    const answer = await alice.call('GET', path, undefined, { Origin: 'https://app.test' })
    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('Server-Timing')
    const checks = readTiming(answer)
    expect(checks[0]).toMatchObject({ name: 'size', description: 'passed, string' })
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'signature', description: 'passed, checked' }),
    )
    expect(checks.at(-1)).toMatchObject({ name: 'lifetime', description: 'passed, number' })
    expect(checks.every(({ duration }) => duration >= 0)).toBe(true)
    expect(answer.headers.get('Server-Timing')).not.toContain('alice')
    const again = await alice.call('GET', path)
    expect(readTiming(again)[0]).toMatchObject({ description: 'passed, remembered' })
    const { verifier, keys } = await readJson<Inspection>(again)
    expect(verifier).toEqual({ accepted: 2, refused: 0, waited: 1, remembered: 1 })
    expect(keys).toMatchObject({ keyIds: [api.issuer.keyId], requests: 1 })
    api.close()
  })

  it('ends with the check that refused; the answer is the one of every other path', async () => {
    const api = await createTestApi(unreachable, {
      readRowSecurity: () => {
        throw new Error('A refused token must not get as far as the rows.')
      },
    })
    const forged = `${(await api.issuer.sign({ sub: 'alice' })).slice(0, -4)}AAAA`
    const refusals = [
      ['expiry', 'token_expired', await api.issuer.sign({ sub: 'alice' }, { expiresIn: -60 })],
      ['audience', 'audience_mismatch', await api.issuer.sign({ sub: 'alice', aud: 'another' })],
      ['signature', 'signature_invalid', forged],
    ] as const
    for (const [check, code, token] of refusals) {
      const person = toPerson(api.app, 'alice', token)
      const answer = await person.call('GET', path)
      const elsewhere = await person.call('GET', '/api/me')
      expect(readTiming(answer).at(-1)).toMatchObject({
        name: check,
        description: expect.stringMatching(/^refused/),
      })
      await expectProblem(answer, 401, code)
      await expectProblem(elsewhere, 401, code)
      expect(answer.headers.get('WWW-Authenticate')).toBe(elsewhere.headers.get('WWW-Authenticate'))
    }
    api.close()
  })

  it('is not there unless it was asked for', async () => {
    const api = await createTestApi(unreachable)
    const alice = await api.signIn('alice')
    const answer = await alice.call('GET', path, undefined, { Origin: 'https://app.test' })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('Server-Timing')).toBeNull()
    expect(answer.headers.get('Access-Control-Expose-Headers')).not.toContain('Server-Timing')
    api.close()
  })

  it('is for whoever has a token', async () => {
    const api = await createTestApi(unreachable, { readRowSecurity: readNothing })
    const answer = await api.app.request(path)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'token_missing' })
    expect(api.verifier.stats().refused).toEqual({ token_missing: 1 })
    api.close()
  })
})

function readTiming(answer: Response) {
  const header = answer.headers.get('Server-Timing') ?? ''
  return [...header.matchAll(/([\w-]+);desc="([^"]*)";dur=([\d.]+)/g)].map(
    ([, name = '', description = '', duration = '']) => ({
      name,
      description,
      duration: Number(duration),
    }),
  )
}
