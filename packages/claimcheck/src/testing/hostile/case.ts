/** What a hostile case is: one request with one fault, and the same request without it. */
import type { JWK } from 'jose'
import type { Algorithm } from '../../contract.js'
import type { PartContent, Signer } from '../signer.js'
import type { Refusal } from './refusals.js'

export type HostileCategory =
  | 'structure'
  | 'encoding'
  | 'json'
  | 'alg'
  | 'typ'
  | 'key injection'
  | 'kid'
  | 'critical'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'times'
  | 'delegation'
  | 'subject and session'
  | 'other claims'
  | 'size'
  | 'header'
  | 'key set: keys'
  | 'key set: documents'

/**
 * What has to be at hand to build a case: what is public anyway, one good token, the means to have anything
 * signed, or power over what the issuer publishes. Each includes the one before it.
 */
export type Needs = keyof MeansFor

/** What anybody knows who can see the issuer's key set. */
export interface PublicMeans {
  readonly issuer: string
  readonly audience: string
  /** The algorithm the issuer signs with. */
  readonly algorithm: Algorithm
  /** The id of the key that signs now. */
  readonly keyId: string
  readonly jwks: { readonly keys: readonly JWK[] }
  /** The person whose place an attacker wants. */
  readonly subject: string
  /** Seconds since 1970. */
  readonly now: number
  /** A key pair of the attacker's own, for the same algorithm. */
  readonly attacker: Signer
  /** The header of a good token. */
  readonly header: Readonly<Record<string, unknown>>
  /** The claims of a good token. */
  readonly claims: Readonly<Record<string, unknown>>
}

export interface TokenMeans extends PublicMeans {
  /** A token that is good, for `subject`. */
  readonly token: string
}

export interface SigningMeans extends TokenMeans {
  /** Signs the good claims with some of them changed; `undefined` leaves a claim or header parameter out. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
  /** Signs a header and a payload exactly as given. */
  signText(header: PartContent, payload: PartContent): Promise<string>
}

export interface KeySetMeans extends SigningMeans {
  /** Publishes other keys, or what a function answers in place of a key set. */
  publish(keys: readonly unknown[] | (() => Response | Promise<Response>)): void
  /** A second key pair of the issuer, which is not published yet. */
  readonly second: Signer
  createSigner: typeof import('../signer.js').createSigner
}

interface MeansFor {
  nothing: PublicMeans
  'a good token': TokenMeans
  'the signing key': SigningMeans
  'the key set': KeySetMeans
}

/** What is sent: the headers in this order and, rarely, a query. */
export interface Attempt {
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Without the question mark. */
  readonly query?: string
}

export interface CaseThat<N extends Needs> {
  /** Stable: safe to name in reports and allow-lists. */
  readonly id: string
  readonly category: HostileCategory
  /** One sentence: what is wrong with the request. */
  readonly says: string
  readonly needs: N
  /** Where only tokens of one algorithm can have the fault. */
  readonly only?: Algorithm
  readonly expected: Refusal
  /** The rule that is broken, or where the attack was seen. */
  readonly source: string
  readonly hostile: (means: MeansFor[N]) => Promise<Attempt>
  /** The same shape without the fault; it must be let in. Needs one good token at least. */
  readonly neighbour: (means: MeansFor[N] & TokenMeans) => Promise<Attempt>
}

export type HostileCase = { [N in Needs]: CaseThat<N> }[Needs]

type Made = string | Attempt

type Build<N extends Needs> = (means: MeansFor[N]) => Made | Promise<Made>
type BuildNeighbour<N extends Needs> = (means: MeansFor[N] & TokenMeans) => Made | Promise<Made>

/** What the cases of a group have in common, unless a case says otherwise. */
interface Group<N extends Needs> {
  readonly category: HostileCategory
  readonly needs: N
  readonly expected: Refusal
  readonly source: string
  readonly only?: Algorithm
  /** Default: the good token as it is. */
  readonly neighbour?: BuildNeighbour<N>
}

/** A case as it is written down: a token alone stands for a request that carries it. */
export interface Draft<N extends Needs>
  extends Pick<CaseThat<N>, 'id' | 'says'>,
    Partial<Pick<Group<N>, 'expected' | 'source' | 'only' | 'neighbour'>> {
  readonly hostile: Build<N>
}

/** Completes the cases of a group. */
export function defineCases<N extends Needs>(
  group: Group<N>,
  drafts: readonly Draft<N>[],
): readonly CaseThat<N>[] {
  return drafts.map((draft) => {
    const { hostile, neighbour = toGoodToken, ...rest } = { ...group, ...draft }
    return {
      ...rest,
      hostile: async (means) => toAttempt(await hostile(means)),
      neighbour: async (means) => toAttempt(await neighbour(means)),
    }
  })
}

function toGoodToken({ token }: TokenMeans): string {
  return token
}

function toAttempt(made: Made): Attempt {
  return typeof made === 'string' ? { headers: [['Authorization', `Bearer ${made}`]] } : made
}
