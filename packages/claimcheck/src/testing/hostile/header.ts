/** Requests whose credential is not one Bearer token in one Authorization header (RFC 6750 §2.1, RFC 9110 §11.6.2). */
import { type Attempt, defineCases, type TokenMeans } from './case.js'
import { withAuthorization, withHeaders } from './forge.js'
import { refusals } from './refusals.js'

const category = 'header'

const missing = defineCases(
  { category, needs: 'nothing', expected: refusals.tokenMissing, source: 'RFC 6750 §3.1' },
  [
    { id: 'header-none', says: 'No credential at all.', hostile: () => withHeaders() },
    { id: 'header-empty', says: 'An empty header.', hostile: () => withAuthorization('') },
    {
      id: 'header-scheme-only',
      says: 'The scheme alone.',
      hostile: () => withAuthorization('Bearer'),
    },
    {
      id: 'header-scheme-and-space',
      says: 'The scheme and spaces.',
      hostile: () => withAuthorization('Bearer   '),
    },
    {
      id: 'header-basic',
      says: 'A name and a password.',
      source: 'RFC 7617 §2',
      hostile: () => withAuthorization('Basic YWRhOnNlY3JldA=='),
    },
    {
      id: 'header-digest',
      says: 'A digest.',
      source: 'RFC 7616 §3.4',
      hostile: () => withAuthorization('Digest username="ada", realm="api"'),
    },
  ],
)

const elsewhere = defineCases(
  { category, needs: 'a good token', expected: refusals.tokenMissing, source: 'RFC 6750 §2' },
  [
    {
      id: 'header-no-scheme',
      says: 'A good token without its scheme.',
      hostile: ({ token }) => withAuthorization(token),
    },
    {
      id: 'header-glued',
      says: 'A good token stuck to its scheme.',
      hostile: ({ token }) => withAuthorization(`Bearer${token}`),
    },
    {
      id: 'header-dpop',
      says: 'A good token under the scheme for proofs of possession.',
      source: 'RFC 9449 §7.1',
      hostile: ({ token }) => withAuthorization(`DPoP ${token}`),
    },
    {
      id: 'header-token',
      says: 'A good token under the scheme "Token".',
      hostile: ({ token }) => withAuthorization(`Token ${token}`),
    },
    {
      id: 'header-jwt',
      says: 'A good token under the scheme "JWT".',
      hostile: ({ token }) => withAuthorization(`JWT ${token}`),
    },
    {
      id: 'header-bearer-longer',
      says: 'A good token under a scheme that only begins like Bearer.',
      hostile: ({ token }) => withAuthorization(`Bearers ${token}`),
    },
    {
      id: 'header-other-name',
      says: 'A good token in a header of another name.',
      hostile: ({ token }) => withHeaders(['X-Authorization', `Bearer ${token}`]),
    },
    {
      id: 'header-proxy',
      says: 'A good token meant for a proxy.',
      source: 'RFC 9110 §11.7.2',
      hostile: ({ token }) => withHeaders(['Proxy-Authorization', `Bearer ${token}`]),
    },
    {
      id: 'header-access-token',
      says: 'A good token in a header named for it.',
      hostile: ({ token }) => withHeaders(['X-Access-Token', token]),
    },
    {
      id: 'header-cookie',
      says: 'A good token in a cookie, which other sites can make a browser send.',
      source: 'CWE-352',
      hostile: ({ token }) =>
        withHeaders(['Cookie', `token=${token}; access_token=${token}; authorization=${token}`]),
    },
    {
      id: 'header-query',
      says: 'A good token in the address, where logs keep it.',
      source: 'RFC 9700 §4.3.2',
      hostile: ({ token }) => ({ headers: [], query: `access_token=${token}&token=${token}` }),
    },
  ],
)

const malformed = defineCases(
  { category, needs: 'a good token', expected: refusals.tokenMalformed, source: 'RFC 6750 §2.1' },
  [
    {
      id: 'header-tab',
      says: 'A tab between the scheme and a good token.',
      hostile: ({ token }) => withAuthorization(`Bearer\t${token}`),
    },
    {
      id: 'header-space-and-tab',
      says: 'A space and a tab between the scheme and a good token.',
      hostile: ({ token }) => withAuthorization(`Bearer \t${token}`),
    },
    {
      id: 'header-no-break-space',
      says: 'A no-break space between the scheme and a good token.',
      hostile: ({ token }) => withAuthorization(`Bearer\xa0${token}`),
    },
    {
      id: 'header-colon',
      says: 'A colon behind the scheme.',
      hostile: ({ token }) => withAuthorization(`Bearer: ${token}`),
    },
    {
      id: 'header-equals',
      says: 'A good token as the value of a parameter.',
      hostile: ({ token }) => withAuthorization(`Bearer token=${token}`),
    },
    {
      id: 'header-parameter-behind',
      says: 'A parameter behind a good token.',
      hostile: ({ token }) => withAuthorization(`Bearer ${token} realm="api"`),
    },
    {
      id: 'header-scheme-twice',
      says: 'The scheme twice.',
      hostile: ({ token }) => withAuthorization(`Bearer Bearer ${token}`),
    },
    {
      id: 'header-token-twice',
      says: 'A good token twice, with a space between.',
      hostile: ({ token }) => withAuthorization(`Bearer ${token} ${token}`),
    },
    {
      id: 'header-token-and-comma',
      says: 'A good token twice, with a comma between.',
      hostile: ({ token }) => withAuthorization(`Bearer ${token},${token}`),
    },
  ],
)

const ambiguous = defineCases(
  {
    category,
    needs: 'a good token',
    expected: refusals.requestMalformed,
    source: 'RFC 6750 §3.1, RFC 9110 §5.3',
  },
  [
    {
      id: 'header-twice',
      says: 'Two headers with the same good token.',
      hostile: (means) => twice(bearer(means), bearer(means)),
    },
    {
      id: 'header-twice-good-first',
      says: 'Two headers, a good token and a bad one.',
      hostile: (means) => twice(bearer(means), 'Bearer undefined'),
    },
    {
      id: 'header-twice-good-last',
      says: 'Two headers, a bad token and a good one.',
      hostile: (means) => twice('Bearer undefined', bearer(means)),
    },
    {
      id: 'header-twice-basic',
      says: 'Two headers, a password and a good token.',
      hostile: (means) => twice('Basic YWRhOnNlY3JldA==', bearer(means)),
    },
    {
      id: 'header-twice-case',
      says: 'Two headers whose names differ in case.',
      hostile: (means) =>
        withHeaders(['authorization', bearer(means)], ['AUTHORIZATION', bearer(means)]),
    },
    {
      id: 'header-joined',
      says: 'Two credentials that something on the way joined into one header.',
      hostile: (means) => withAuthorization(`${bearer(means)}, ${bearer(means)}`),
    },
    {
      id: 'header-joined-scheme',
      says: 'A scheme without a token, joined with a good one.',
      hostile: (means) => withAuthorization(`Bearer, ${bearer(means)}`),
    },
    {
      id: 'header-and-query',
      says: 'A good token in the header and in the address.',
      source: 'RFC 6750 §2',
      hostile: ({ token }) => ({
        ...withAuthorization(`Bearer ${token}`),
        query: `access_token=${token}`,
      }),
      neighbour: ({ token }) => ({ ...withAuthorization(`Bearer ${token}`), query: 'page=2' }),
    },
    {
      id: 'header-and-query-behind',
      says: 'A good token in the header, and another behind other parameters of the address.',
      source: 'RFC 6750 §2',
      hostile: ({ token }) => ({
        ...withAuthorization(`Bearer ${token}`),
        query: 'page=2&access_token=undefined',
      }),
      neighbour: ({ token }) => ({ ...withAuthorization(`bearer  ${token}`), query: 'page=2' }),
    },
  ],
)

export const headerCases = [...missing, ...elsewhere, ...malformed, ...ambiguous]

function bearer({ token }: TokenMeans): string {
  return `Bearer ${token}`
}

function twice(first: string, second: string): Attempt {
  return withHeaders(['Authorization', first], ['Authorization', second])
}
