/** What a developer should change when a document of the issuer cannot be had, by the reason that was told. */

/** Which document it is. */
export type DocumentKind = 'keys' | 'revocations'

/** A sentence, or null where the reason speaks for itself. */
export function toAdvice(reason: string, url: string, kind: DocumentKind): string | null {
  for (const [pattern, advice] of advices) {
    if (pattern.test(reason)) return advice(new URL(url), kind)
  }
  return null
}

const option: Readonly<Record<DocumentKind, string>> = {
  keys: 'jwksUrl',
  revocations: 'revocations.url',
}

type Advice = (url: URL, kind: DocumentKind) => string

/** The reasons are sentences of this library, and the codes of Node and undici. */
const advices: readonly (readonly [RegExp, Advice])[] = [
  [
    /status 404/,
    (_, kind) =>
      kind === 'keys'
        ? 'Nothing is at this address: set jwksUrl to where the issuer publishes its keys; Better Auth serves them at /api/auth/jwks once it has the jwt() plugin.'
        : "The issuer has no claimcheck plugin: add it, or set revocations: 'off' to live with tokens that outlast a sign-out.",
  ],
  [
    /status 3\d\d/,
    (_, kind) =>
      `It answers with a redirect, and none is followed: set ${option[kind]} to the final address.`,
  ],
  [
    /status 40[13]/,
    (_, kind) =>
      `Something in front of it asks who we are: ${option[kind]} must be public, as what it serves is.`,
  ],
  [
    /HTML/,
    (_, kind) =>
      `A page answers there, as an app does for paths it does not know: check the path of ${option[kind]}, and that the issuer's handler is mounted under it.`,
  ],
  [
    /ERR_SSL_|EPROTO|wrong version number/i,
    ({ host }) => `Something answers at ${host}, but not by TLS: does it speak http?`,
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/,
    ({ host }) =>
      `The certificate of ${host} is not trusted here: with an authority of your own, set NODE_EXTRA_CA_CERTS.`,
  ],
  [
    /ECONNREFUSED/,
    ({ host }) =>
      `Nothing listens at ${host}: is the issuer running, and is that its address from within this process (in a container, localhost is the container)?`,
  ],
  [/ENOTFOUND|EAI_AGAIN/, ({ hostname }) => `The name ${hostname} is not known to this machine.`],
  [
    /ECONNRESET|UND_ERR_SOCKET|status 400/,
    ({ protocol, host }) =>
      protocol === 'http:'
        ? `Does ${host} speak https, while the address says http?`
        : `${host} hangs up: is it the issuer that answers there?`,
  ],
  [
    /no key that may be used/,
    () => 'Look at the events "key_refused": algorithms may lack what the issuer signs with.',
  ],
]
