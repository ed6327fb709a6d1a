/** An issuer at work: what its tokens must say, its keys, and its ended sessions. */
import type { CheckedIssuer, CheckedOptions } from './checked-options.js'
import type { ClaimPolicy } from './claim-checks.js'
import { createRevocationList, type RevocationList } from './feed/revocations.js'
import { createRevocationListByRequest } from './feed/revocations-by-request.js'
import { createKeySource, type KeySource } from './keys/key-source.js'
import type { VerifierEvent } from './options.js'
import { isBoundToRequests } from './platform.js'

export interface Issuer {
  readonly policy: ClaimPolicy
  readonly options: CheckedIssuer
  readonly keys: KeySource
  /** Null where its ended sessions are not looked up. */
  readonly revocations: RevocationList | null
}

/** Fetches nothing before the first question. */
export function createIssuer(
  options: CheckedIssuer,
  { requireSid, refreshInterval, staleIfError, fetch, now }: CheckedOptions,
  emit: (event: VerifierEvent) => void,
): Issuer {
  const { issuer, audience, jwksUrl, algorithms, store, revocations } = options
  const common = { fetch, now, emit }
  const createList = isBoundToRequests() ? createRevocationListByRequest : createRevocationList
  const keys = createKeySource({
    url: jwksUrl,
    algorithms,
    store,
    refreshInterval,
    staleIfError,
    ...common,
  })
  return {
    options,
    policy: { issuer, audience, requireSid },
    keys,
    revocations: revocations && createList({ ...revocations, issuer, algorithms, keys, ...common }),
  }
}
