/**
 * The issuer's signing keys: made once however many ask, read seldom, announced before they sign.
 */
import { type AuthContext, BetterAuthError } from 'better-auth'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { exportJWK, generateKeyPair } from 'jose'
import type { Algorithm } from '../contract.js'
import {
  isKeyDue,
  type KeyRow,
  listInUse,
  NOTICE_PERIOD,
  nextSlot,
  pickSigner,
  RETIREMENT_PERIOD,
  readStop,
} from './key-schedule.js'

/** The signing keys of one Better Auth instance. */
export interface KeyRing {
  /**
   * The stored keys, after one that is due was made. `fresh` reads the table, else a recent reading
   * will do.
   */
  list(options?: { fresh?: boolean }): Promise<readonly KeyRow[]>
  /** Makes the first key where there is none and proves that the keys in use can be decrypted. */
  check(): Promise<void>
  /** Publishes the next key now; it signs once every verifier had time to fetch it. */
  rotate(): Promise<NextKey>
  /** Withdraws a key: it signs no more and leaves the key set. False when there is no such key. */
  revoke(keyId: string): Promise<boolean>
}

/** A key that was published and is about to sign. */
export interface NextKey {
  readonly keyId: string
  readonly algorithm: Algorithm
  readonly signsFrom: Date
}

/**
 * Milliseconds a process signs without looking at the table: how long a key revoked elsewhere can
 * go on signing here.
 */
const CACHE_TIME = 10_000
/** Better Auth's adapters read 100 rows when not told. */
const EVERY_KEY = 10_000

/**
 * Creates the key ring behind jwt().
 *
 * @param rotation How long one key signs, in milliseconds.
 * @param now Milliseconds since 1970.
 */
export function createKeyRing(
  context: AuthContext,
  algorithm: Algorithm,
  rotation: number,
  now: () => number,
): KeyRing {
  let cached: { rows: readonly KeyRow[]; at: number } | null = null
  let making: Promise<readonly KeyRow[]> | null = null
  let rotating: Promise<NextKey> | null = null

  const read = shareRuns(async () => {
    const at = now()
    const rows = await context.adapter.findMany<KeyRow>({ model: 'jwks', limit: EVERY_KEY })
    cached = { rows, at }
    return rows
  })
  const isDue = (rows: readonly KeyRow[]) => isKeyDue(rows, algorithm, rotation, now())

  /** One creation at a time in this process; between processes the unique slot decides. */
  function make(isWanted: (rows: readonly KeyRow[]) => boolean): Promise<readonly KeyRow[]> {
    making ??= (async () => {
      const rows = await read(true)
      if (!isWanted(rows)) return rows
      const slot = nextSlot(rows, algorithm)
      const failure = await insertKey(context, algorithm, slot, new Date(now()), rotation)
      const after = await read(true)
      if (failure && !after.some((row) => row.slot === slot)) throw failure.error
      await deleteRetired(context, after, now())
      return after
    })().finally(() => {
      making = null
    })
    return making
  }

  async function list(fresh: boolean): Promise<readonly KeyRow[]> {
    const rows =
      cached && !fresh && now() - cached.at < CACHE_TIME ? cached.rows : await read(fresh)
    if (!isDue(rows)) return rows
    if (!pickSigner(rows, algorithm, now())) return make(isDue)
    // The present key goes on: a rotation that fails is logged and tried again with the next token.
    return make(isDue).catch((error: unknown) => {
      context.logger.error('claimcheck could not store the next signing key', error)
      return rows
    })
  }

  async function rotate(): Promise<NextKey> {
    // A key that is being made because it was due is not the one that was asked for.
    while (making) await making.catch(() => undefined)
    const slot = nextSlot(await read(true), algorithm)
    const rows = await make((present) => nextSlot(present, algorithm) === slot)
    const next = rows.find((row) => row.slot === slot)
    if (!next) throw new BetterAuthError('claimcheck: the next signing key could not be stored.')
    const signsFrom = new Date(next.createdAt.getTime() + NOTICE_PERIOD)
    return { keyId: next.id, algorithm, signsFrom }
  }

  return {
    list: ({ fresh = false } = {}) => list(fresh),
    async check() {
      for (const row of listInUse(await list(true), algorithm, now())) {
        await assertDecrypts(context, row)
      }
    },
    rotate() {
      rotating ??= rotate().finally(() => {
        rotating = null
      })
      return rotating
    },
    async revoke(keyId) {
      const revoked = await context.adapter.update<KeyRow>({
        model: 'jwks',
        where: [{ field: 'id', value: keyId }],
        update: { privateKey: '', expiresAt: new Date(0) },
      })
      await list(true)
      return revoked !== null
    },
  }
}

async function insertKey(
  context: AuthContext,
  algorithm: Algorithm,
  slot: string,
  createdAt: Date,
  rotation: number,
): Promise<{ error: unknown } | null> {
  const pair = await generateKeyPair(algorithm, {
    extractable: true,
    ...(algorithm === 'EdDSA' ? { crv: 'Ed25519' } : { modulusLength: 2048 }),
  })
  const privateKey = await symmetricEncrypt({
    key: context.secretConfig,
    data: JSON.stringify(await exportJWK(pair.privateKey)),
  })
  try {
    await context.adapter.create({
      model: 'jwks',
      data: {
        publicKey: JSON.stringify(await exportJWK(pair.publicKey)),
        privateKey: JSON.stringify(privateKey),
        alg: algorithm,
        ...(algorithm === 'EdDSA' && { crv: 'Ed25519' }),
        createdAt,
        // What Better Auth's own rotation would store, should this library ever be taken out.
        expiresAt: new Date(createdAt.getTime() + rotation),
        slot,
      },
    })
    return null
  } catch (error) {
    // Every adapter words a unique violation differently; the caller sees by the slot what
    // happened.
    return { error }
  }
}

/** Private keys that no living token needs are not kept. */
async function deleteRetired(
  context: AuthContext,
  rows: readonly KeyRow[],
  now: number,
): Promise<void> {
  for (const row of rows) {
    if (readStop(rows, row) + RETIREMENT_PERIOD > now) continue
    await context.adapter.delete({ model: 'jwks', where: [{ field: 'id', value: row.id }] })
  }
}

async function assertDecrypts(context: AuthContext, row: KeyRow): Promise<void> {
  try {
    JSON.parse(
      await symmetricDecrypt({ key: context.secretConfig, data: JSON.parse(row.privateKey) }),
    )
  } catch (cause) {
    throw new BetterAuthError(
      'claimcheck: the stored signing keys cannot be decrypted, because they were stored under another secret. ' +
        'Put that secret behind the new one in BETTER_AUTH_SECRETS (2:new,1:old), ' +
        'or set BETTER_AUTH_SECRET to it again.',
      { cause },
    )
  }
}

/**
 * Runs one at a time. A call that wants it fresh and meets a run under way shares the next one, so
 * that it sees what was stored before it asked; another call is content with the one under way.
 */
function shareRuns<T>(run: () => Promise<T>): (fresh: boolean) => Promise<T> {
  let running: Promise<T> | null = null
  let queued: Promise<T> | null = null
  function start(): Promise<T> {
    const mine = run().finally(() => {
      if (running === mine) running = null
    })
    running = mine
    return mine
  }
  return (fresh) => {
    if (!running) return start()
    if (!fresh) return running
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        queued = null
        return start()
      })
    return queued
  }
}
