/** Tokens that a program was given: the same issuer and keys, a person's subject, and not the person. */
import { base64url } from 'jose'
import { defineCases } from './case.js'
import { changePart } from './forge.js'
import { refusals } from './refusals.js'

const category = 'delegation'
const needs = 'the signing key'
const expected = refusals.delegationNotAllowed
const typ = 'at+jwt'

const claims = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 9068 §2.2',
    neighbour: ({ sign }) => sign({ role: 'tasks:read', client: 'a-program' }),
  },
  [
    {
      id: 'delegation-scope',
      says: 'The token may do one thing only, and the API would let it do all.',
      source: 'RFC 8693 §4.2',
      hostile: ({ sign }) => sign({ scope: 'tasks:read' }),
    },
    {
      id: 'delegation-scope-array',
      says: 'The same with the scopes in an array.',
      hostile: ({ sign }) => sign({ scope: ['tasks:read'] }),
    },
    {
      id: 'delegation-scope-empty',
      says: 'The token may do nothing at all.',
      hostile: ({ sign }) => sign({ scope: '' }),
    },
    {
      id: 'delegation-scope-null',
      says: 'The token has a scope, which is null.',
      hostile: ({ sign }) => sign({ scope: null }),
    },
    {
      id: 'delegation-azp',
      says: 'The token names the program it was issued to.',
      source: 'OpenID Connect Core 1.0 §2',
      hostile: ({ sign }) => sign({ azp: 'a-program' }),
    },
    {
      id: 'delegation-client-id',
      says: 'The token names the program it was issued to, as an access token does.',
      hostile: ({ sign }) => sign({ client_id: 'a-program' }),
    },
    {
      id: 'delegation-client-itself',
      says: 'A program got the token for itself, and is its subject.',
      source: 'RFC 9068 §2.2, client credentials',
      hostile: ({ sign }) => sign({ sub: 'a-program', azp: 'a-program', sid: undefined }),
    },
    {
      id: 'delegation-act',
      says: 'Somebody else acts for the person.',
      source: 'RFC 8693 §4.1',
      hostile: ({ sign }) => sign({ act: { sub: 'support' } }),
    },
    {
      id: 'delegation-act-null',
      says: 'Somebody acts for the person, who is null.',
      source: 'RFC 8693 §4.1',
      hostile: ({ sign }) => sign({ act: null }),
    },
  ],
)

const types = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 9068 §2.1',
    neighbour: ({ sign }) => sign({}, { typ: 'JWT' }),
  },
  [
    {
      id: 'delegation-type',
      says: 'The token says that it is an access token, and nothing else gives it away.',
      hostile: ({ sign }) => sign({}, { typ }),
    },
    {
      id: 'delegation-access-token',
      says: 'An access token as an OAuth provider beside the same sign-in issues it.',
      hostile: ({ sign }) =>
        sign({ azp: 'a-program', client_id: 'a-program', scope: 'openid tasks:read' }, { typ }),
    },
    {
      id: 'delegation-type-no-subject',
      says: 'An access token that is about nobody.',
      expected: refusals.claimInvalid,
      hostile: ({ sign }) => sign({ sub: undefined }, { typ }),
    },
    {
      id: 'delegation-type-bound',
      says: 'An access token that is bound to a key of its program.',
      source: 'RFC 9449 §6.1',
      hostile: ({ sign }) => sign({ cnf: { jkt: 'A'.repeat(43) } }, { typ }),
    },
    {
      id: 'delegation-expired',
      says: 'An access token that is no longer good anyway.',
      expected: refusals.tokenExpired,
      hostile: ({ sign, now }) => sign({ iat: now - 900, exp: now - 60 }, { typ }),
    },
    {
      id: 'delegation-other-audience',
      says: 'An access token for another API.',
      expected: refusals.audienceMismatch,
      hostile: ({ sign }) => sign({ aud: 'https://other.test' }, { typ }),
    },
  ],
)

const forged = defineCases(
  {
    category,
    needs: 'a good token',
    expected: refusals.signatureInvalid,
    source: 'RFC 8725 §3.1',
  },
  [
    {
      id: 'delegation-forged',
      says: 'An access token that nobody signed: its maker learns nothing about claims.',
      hostile: ({ token, header }) =>
        changePart(token, 'header', () => base64url.encode(JSON.stringify({ ...header, typ }))),
    },
  ],
)

export const delegationCases = [...claims, ...types, ...forged]
