/** Reads the revocation feed as a follower does: nothing counts unless the signature is good. */
import { compactVerify, createLocalJWKSet, decodeJwt, type JSONWebKeySet } from 'jose'
import { onTestFinished } from 'vitest'
import { stopIssuer } from '../src/better-auth/index.js'
import { type RevocationDocument, toRevocationEntry } from '../src/contract.js'
import { appUrl, createIssuer, createMemoryStore } from './_better-auth.js'

interface Handled {
  handler(request: Request): Promise<Response>
}

export interface FeedAnswer {
  readonly response: Response
  readonly header: Record<string, unknown>
  readonly document: RevocationDocument
  readonly etag: string
}

export async function readFeed(
  auth: Handled,
  query = '',
  init: RequestInit = {},
): Promise<FeedAnswer> {
  const response = await auth.handler(new Request(`${appUrl}/api/auth/revocations${query}`, init))
  if (response.status !== 200) throw new Error(`the feed answered ${response.status}`)
  const keys: JSONWebKeySet = await (
    await auth.handler(new Request(`${appUrl}/api/auth/jwks`))
  ).json()
  const { payload, protectedHeader } = await compactVerify(
    await response.text(),
    createLocalJWKSet(keys),
  )
  const document: RevocationDocument = JSON.parse(new TextDecoder().decode(payload))
  return { response, header: protectedHeader, document, etag: response.headers.get('etag') ?? '' }
}

/**
 * Holds a request at an issuer where nothing changes, for the five seconds that any is held. What is over while it is
 * still held was answered before its time was up, however slow the machine.
 */
export async function holdReference(): Promise<() => boolean> {
  const auth = await createIssuer(createMemoryStore())
  onTestFinished(() => stopIssuer(auth))
  const { etag } = await readFeed(auth)
  let isHeld = true
  void readFeed(auth, '?wait=5', { headers: { 'if-none-match': etag } }).then(() => {
    isHeld = false
  })
  return () => isHeld
}

/** Whether the feed refuses a token, as a verifier would decide. */
export async function isRefused(auth: Handled, token: string | null): Promise<boolean> {
  const { document } = await readFeed(auth)
  const { sid, sub = '', iat = 0, iss = '' } = decodeJwt<{ sid: string }>(token ?? '')
  return (
    iat < document.notBefore ||
    document.sids.includes(await toRevocationEntry(iss, 'sid', sid)) ||
    document.subs.includes(await toRevocationEntry(iss, 'sub', sub))
  )
}
