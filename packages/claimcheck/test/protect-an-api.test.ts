/** Runs the code of docs/protect-an-api.md. */
import { AuthError, createVerifier, toProblem } from 'claimcheck'
import { hostileCases, type StartApi } from 'claimcheck/testing'
import { expect, it, vi } from 'vitest'
import { createTestSetup, findFaults, plainVerifier, printTrace } from './protect-an-api.example.js'

it('a plain project is verified without a feed', () => {
  expect(plainVerifier.stats().revocations).toEqual([])
})

it('a test needs no port', async () => {
  const { issuer, verifier, token } = await createTestSetup()
  await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'ada' })
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await printTrace(verifier, await issuer.sign({ sub: 'ada' }, { expiresIn: -60 }))
  const lines = log.mock.calls.map(([line]) => String(line))
  log.mockRestore()
  expect(lines.at(-2)).toMatch(/^expiry: refused, [\d.]+ ms$/)
  expect(lines.at(-1)).toMatch(/^token_expired\. /)
})

it('the catalogue finds nothing in the core, and everything in an API that lets all in', async () => {
  const strict: StartApi = (issuer) => {
    const verifier = createVerifier(issuer.options)
    return {
      async send({ headers, query }) {
        const url = `https://api.test/me${query === undefined ? '' : `?${query}`}`
        try {
          await verifier.authenticate({ rawHeaders: headers.flat(), url })
          return { status: 200, code: null, challenge: null }
        } catch (error) {
          if (!(error instanceof AuthError)) throw error
          const { status, headers: answer } = toProblem(error, { requestId: 'test' })
          return { status, code: error.code, challenge: answer['WWW-Authenticate'] ?? null }
        }
      },
      close: () => verifier.close(),
    }
  }
  const lax: StartApi = () => ({ send: async () => ({ status: 200, code: null, challenge: null }) })
  expect(await findFaults(strict)).toEqual([])
  const fitting = hostileCases.filter(({ only = 'EdDSA' }) => only === 'EdDSA')
  expect(await findFaults(lax)).toHaveLength(fitting.length)
  expect(fitting.length).toBeGreaterThanOrEqual(150)
})
