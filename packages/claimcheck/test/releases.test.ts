/**
 * Issuers and followers of this release and of 0.1.0, whose code is kept in a folder beside this file: each issuer with
 * each follower, over HTTP, on one database as while they are being upgraded.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BetterAuthOptions } from 'better-auth'
import { toNodeHandler } from 'better-auth/node'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { stopIssuer } from '../src/better-auth/index.js'
import { toRevocationEntry } from '../src/contract.js'
import { createVerifier } from '../src/index.js'
import {
  apiUrl,
  appUrl,
  cheapPasswords,
  createDatabase,
  createIssuer,
  openPostgresStore,
  type Store,
  secret,
  signUp,
} from './_better-auth.js'
import { createOldFollower } from './release-0.1.0/follower.js'
import { createOldIssuer } from './release-0.1.0/issuer.js'

type Release = '0.1' | '0.2'

interface Auth {
  handler(request: Request): Promise<Response>
}

interface Follower {
  ready(): Promise<void>
  isRevoked(token: string): Promise<boolean>
  deletedSubjects(): readonly string[]
}

const [server] = inject('databases')

/** An issuer of each release, on one database that this release has migrated. */
async function startIssuers(): Promise<Record<Release, Auth>> {
  const store: Store = openPostgresStore(await createDatabase(server?.url ?? ''))
  onTestFinished(() => store.close())
  const present = await createIssuer(store)
  onTestFinished(() => stopIssuer(present))
  const options: BetterAuthOptions = {
    baseURL: appUrl,
    secret,
    database: store.database,
    emailAndPassword: { enabled: true, password: cheapPasswords },
    user: { deleteUser: { enabled: true } },
    logger: { disabled: true },
    telemetry: { enabled: false },
  }
  const old = createOldIssuer(options, appUrl, apiUrl)
  await old.auth.$context
  onTestFinished(() => old.stop())
  return { '0.1': old.auth, '0.2': present }
}

async function listen(auth: Auth): Promise<string> {
  const http = createServer(toNodeHandler(auth)).listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(async () => {
    http.closeAllConnections()
    http.close()
  })
  // A server that listens on TCP has a port.
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/auth`
}

function follow(release: Release, address: string, paths: string[]): Follower {
  const noting: typeof fetch = (input, init) => {
    paths.push(new URL(String(input)).pathname.replace(/^.*\/auth\//, ''))
    return fetch(input, init)
  }
  if (release === '0.1') {
    const follower = createOldFollower(appUrl, address, noting)
    onTestFinished(() => follower.close())
    return follower
  }
  const verifier = createVerifier({
    issuer: appUrl,
    audience: apiUrl,
    jwksUrl: `${address}/jwks`,
    revocations: { url: `${address}/revocations` },
    fetch: noting,
  })
  onTestFinished(() => verifier.close())
  return {
    ready: () => verifier.ready(),
    deletedSubjects: () => verifier.deletedSubjects(),
    async isRevoked(token) {
      const refusal = await verifier.verify(token).then(
        () => null,
        (error: { code: string }) => error.code,
      )
      if (refusal !== null && refusal !== 'token_revoked') throw new Error(refusal)
      return refusal === 'token_revoked'
    },
  }
}

async function untilRevoked(follower: Follower, token: string): Promise<void> {
  await vi.waitFor(async () => expect(await follower.isRevoked(token)).toBe(true), {
    timeout: 20_000,
    interval: 20,
  })
}

describe('issuers and followers of two releases', () => {
  it.each<[Release, Release]>([
    ['0.1', '0.1'],
    ['0.1', '0.2'],
    ['0.2', '0.1'],
    ['0.2', '0.2'],
  ])(
    'an issuer of %s and a follower of %s: ended sessions and deleted people are refused, others are not',
    async (issuerRelease, followerRelease) => {
      const issuers = await startIssuers()
      const paths: string[] = []
      const address = await listen(issuers[issuerRelease])
      const follower = follow(followerRelease, address, paths)
      await follower.ready()
      const bystander = await signUp(issuers[issuerRelease])
      const good = (await bystander.browser.token()) ?? ''
      // Whichever process ended it: both are there while issuers are being upgraded.
      for (const auth of Object.values(issuers)) {
        const person = await signUp(auth)
        const token = (await person.browser.token()) ?? ''
        expect(await follower.isRevoked(token)).toBe(false)
        const signedOut = await person.browser.send('POST', '/sign-out', {})
        expect(signedOut.status).toBe(200)
        await untilRevoked(follower, token)
        const leaver = await signUp(auth)
        const last = (await leaver.browser.token()) ?? ''
        expect(await follower.isRevoked(last)).toBe(false)
        const { password } = leaver
        const deleted = await leaver.browser.send('POST', '/delete-user', { password })
        expect(deleted.status).toBe(200)
        await untilRevoked(follower, last)
        const entry = await toRevocationEntry(appUrl, 'sub', leaver.userId)
        await vi.waitFor(() => expect(follower.deletedSubjects()).toContain(entry), 20_000)
      }
      expect(await follower.isRevoked(good)).toBe(false)
      const isNew = issuerRelease === '0.2' && followerRelease === '0.2'
      expect(paths.includes('revocations/manifest')).toBe(followerRelease === '0.2')
      expect(paths.includes('revocations')).toBe(!isNew)
    },
  )
})
