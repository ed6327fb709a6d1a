/** Runs the issuer of the README against the verifier. */
import { createVerifier } from 'claimcheck'
import { expect, it } from 'vitest'
import { auth } from './issuer.example.js'

it("the README's issuer makes tokens that the README's API accepts, until they are revoked", async () => {
  const fetch: typeof globalThis.fetch = (input, init) => auth.handler(new Request(input, init))
  const verifier = createVerifier({
    issuer: 'https://app.example.com',
    audience: 'https://api.example.com',
    fetch,
  })
  const body = { name: 'Grace', email: 'grace@example.com', password: 'a long password' }
  const { headers, response } = await auth.api.signUpEmail({ body, returnHeaders: true })
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { token } = await auth.api.getToken({ headers: new Headers({ cookie }) })
  await expect(verifier.verify(token)).resolves.toMatchObject({ subject: response.user.id })
  verifier.close()
})
