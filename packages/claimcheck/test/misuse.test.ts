/** What must not compile: tsc checks this file and fails where an expected error is missing. */
import { expect, it } from 'vitest'
import { AuthError, assertOwner, createVerifier, type Identity, toProblem } from '../src/index.js'

const issuer = 'https://app.example.com'
const audience = 'https://api.example.com'

it('a verifier without an audience does not compile, and throws where there are no types', () => {
  // @ts-expect-error: the audience is missing
  expect(() => createVerifier({ issuer })).toThrow(/^audience: expected/)
  // @ts-expect-error: the audience is nothing
  expect(() => createVerifier({ issuer, audience: undefined })).toThrow(/^audience: expected/)
  // @ts-expect-error: the audience of one of several issuers is missing
  expect(() => createVerifier({ issuers: [{ issuer }] })).toThrow(/^audience: expected/)
})

it('a verifier without an issuer does not compile, and throws where there are no types', () => {
  // @ts-expect-error: the issuer is missing
  expect(() => createVerifier({ audience })).toThrow(/^issuer: expected/)
  // @ts-expect-error: the issuer is nothing
  expect(() => createVerifier({ issuer: null, audience })).toThrow(/^issuer: expected/)
  // @ts-expect-error: everything is missing
  expect(() => createVerifier({})).toThrow(/^issuer: expected/)
  // @ts-expect-error: the issuer of one of several is missing
  expect(() => createVerifier({ issuers: [{ audience }] })).toThrow(/^issuer: expected/)
})

it('a list where one name is expected does not compile', () => {
  // @ts-expect-error: one verifier answers to one audience
  expect(() => createVerifier({ issuer, audience: [audience] })).toThrow(/^audience: expected/)
  // @ts-expect-error: several issuers go into "issuers"
  expect(() => createVerifier({ issuer: [issuer], audience })).toThrow(/^issuer: expected/)
})

it('an algorithm with a shared secret, or none, does not compile', () => {
  // @ts-expect-error: a shared secret
  expect(() => createVerifier({ issuer, audience, algorithms: ['HS256'] })).toThrow(/^algorithms: /)
  // @ts-expect-error: no signature
  expect(() => createVerifier({ issuer, audience, algorithms: ['none'] })).toThrow(/^algorithms: /)
})

it('an option that does not exist does not compile, and throws with the nearest name there is', () => {
  // @ts-expect-error: a misspelt option
  expect(() => createVerifier({ issuer, audience, jwksURL: issuer })).toThrow(
    'jwksURL: no such option; did you mean jwksUrl?',
  )
  expect(() =>
    // @ts-expect-error: a misspelt option of revocations
    createVerifier({ issuer, audience, revocations: { whenstale: 'refuse' } }),
  ).toThrow('revocations.whenstale: no such option; did you mean revocations.whenStale?')
  // @ts-expect-error: nothing is like it
  expect(() => createVerifier({ issuer, audience, x: 1 })).toThrow(
    /^x: no such option; expected one of issuers, allowHttp, /,
  )
  // @ts-expect-error: a misspelt option of one of several issuers
  expect(() => createVerifier({ issuers: [{ issuer, audience, stor: '' }] })).toThrow(
    'issuers[].stor: no such option; did you mean issuers[].store?',
  )
  expect(() => createVerifier({ issuer, audience, jwksUrl: `${issuer}/jwks` })).not.toThrow()
})

it('an option of one issuer beside several throws, because it would hold for none of them', () => {
  // @ts-expect-error: beside "issuers" there are only settings of all
  expect(() => createVerifier({ issuers: [{ issuer, audience }], revocations: 'off' })).toThrow(
    'revocations: expected within each of "issuers", not beside it',
  )
  expect(() =>
    createVerifier({ issuers: [{ issuer, audience, revocations: 'off' }], requireSid: true }),
  ).not.toThrow()
})

it('claims, a token or a user id do not pass for an identity', () => {
  // @ts-expect-error: claims have not been checked
  expect(() => assertOwner({ sub: 'ada' }, 'ada')).toThrow(AuthError)
  // @ts-expect-error: a string is nobody
  expect(() => assertOwner('ada', 'ada')).toThrow(AuthError)
})

it('an identity cannot be changed', () => {
  const identity: Identity = Object.freeze({
    subject: 'ada',
    sessionId: null,
    tokenId: null,
    issuer,
    audience,
    issuedAt: 0,
    expiresAt: 0,
    claims: Object.freeze({}),
  })
  expect(() => {
    // @ts-expect-error: read-only
    identity.subject = 'eve'
  }).toThrow(TypeError)
  expect(() => {
    // @ts-expect-error: read-only
    identity.claims.role = 'admin'
  }).toThrow(TypeError)
})

it('a code that is not in the table does not compile', () => {
  // @ts-expect-error: no such code
  expect(() => new AuthError('token_bad')).toThrow(TypeError)
  // @ts-expect-error: a problem needs the id of its request
  expect(() => toProblem(new AuthError('token_expired'))).toThrow(TypeError)
})
