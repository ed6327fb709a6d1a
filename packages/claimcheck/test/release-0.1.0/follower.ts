/** An API's side of the feed as it was in release 0.1.0; see issuer.ts. */
import { type CryptoKey, createRemoteJWKSet, decodeJwt } from 'jose'
import { toRevocationEntry } from './contract.js'
import { createRevocationList } from './revocations.js'

export interface OldFollower {
  ready(): Promise<void>
  isRevoked(token: string): Promise<boolean>
  deletedSubjects(): readonly string[]
  close(): void
}

/** Follows the feed of an issuer at an address, as APIs of 0.1.0 do. */
export function createOldFollower(
  issuer: string,
  address: string,
  fetch: typeof globalThis.fetch,
): OldFollower {
  const keys = createRemoteJWKSet(new URL(`${address}/jwks`))
  const list = createRevocationList({
    url: new URL(`${address}/revocations`),
    whenStale: 'accept',
    store: null,
    fetch,
    now: () => Date.now(),
    emit: () => {},
    issuer,
    algorithms: ['EdDSA'],
    keys: {
      async find(kid): Promise<{ key: CryptoKey }> {
        return { key: await keys({ alg: 'EdDSA', kid }) }
      },
    },
  })
  return {
    ready: list.ready,
    async isRevoked(token) {
      const { sid = '', sub = '', iat = 0 } = decodeJwt<{ sid: string }>(token)
      const marks = {
        sid: await toRevocationEntry(issuer, 'sid', sid),
        sub: await toRevocationEntry(issuer, 'sub', sub),
        issuedAt: iat,
      }
      return (await list.judge(marks, Date.now())) === 'revoked'
    },
    deletedSubjects: list.deletedSubjects,
    close: list.close,
  }
}
