/** Claims that make another thing of a token: one bound to a key of its holder, or news of an event. */
import { defineCases } from './case.js'
import { refusals } from './refusals.js'

const category = 'other claims'
const needs = 'the signing key'
const expected = refusals.claimInvalid

const bound = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 7800 §3',
    neighbour: ({ sign }) => sign({ confirmed: { jkt: 'x' } }),
  },
  [
    {
      id: 'cnf-thumbprint',
      says: 'The token is good only with a proof of a key, which did not come.',
      source: 'RFC 9449 §6.1',
      hostile: ({ sign }) => sign({ cnf: { jkt: 'A'.repeat(43) } }),
    },
    {
      id: 'cnf-certificate',
      says: 'The token is good only over a connection with a certificate.',
      source: 'RFC 8705 §3.1',
      hostile: ({ sign }) => sign({ cnf: { 'x5t#S256': 'A'.repeat(43) } }),
    },
    {
      id: 'cnf-key',
      says: 'The token is good only with a proof of the key in it.',
      hostile: ({ sign, attacker }) => sign({ cnf: { jwk: attacker.publicJwk } }),
    },
    {
      id: 'cnf-empty',
      says: 'The token is bound to something that it does not name.',
      hostile: ({ sign }) => sign({ cnf: {} }),
    },
    {
      id: 'cnf-null',
      says: 'The token is bound to null.',
      hostile: ({ sign }) => sign({ cnf: null }),
    },
  ],
)

const events = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 8417 §2.2',
    neighbour: ({ sign }) => sign({ event: {} }),
  },
  [
    {
      id: 'events-logout',
      says: 'The token says that somebody signed out.',
      source: 'OpenID Connect Back-Channel Logout 1.0 §2.4',
      hostile: ({ sign }) =>
        sign({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    },
    {
      id: 'events-revoked',
      says: 'The token says that a session ended.',
      hostile: ({ sign }) =>
        sign({
          events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
        }),
    },
    {
      id: 'events-empty',
      says: 'The token says that nothing happened.',
      hostile: ({ sign }) => sign({ events: {} }),
    },
    {
      id: 'events-null',
      says: 'The token says that null happened.',
      hostile: ({ sign }) => sign({ events: null }),
    },
    {
      id: 'events-feed',
      says: 'The token is a list of ended sessions that was given a person.',
      expected: refusals.audienceMismatch,
      source: 'RFC 8725 §3.12',
      hostile: ({ sign }) =>
        sign({ aud: 'claimcheck:revocations', sids: [], subs: [], notBefore: 0 }),
      neighbour: ({ sign }) => sign({ sids: [], subs: [], notBefore: 0 }),
    },
  ],
)

export const otherClaimCases = [...bound, ...events]
