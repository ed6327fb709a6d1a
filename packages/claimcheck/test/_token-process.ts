/**
 * A process of its own that asks its Better Auth for 20 tokens at the moment it is told to, and
 * tells their key ids.
 */
import { once } from 'node:events'
import { decodeProtectedHeader } from 'jose'
import { createIssuer, openPostgresStore, signUp } from './_better-auth.js'

const store = openPostgresStore(process.argv[2] ?? '')
const auth = await createIssuer(store, { migrate: false })
const { browser } = await signUp(auth)
process.send?.('ready')
await once(process, 'message')
const tokens = await Promise.all(Array.from({ length: 20 }, () => browser.token()))
process.send?.(tokens.map((token) => decodeProtectedHeader(token ?? '').kid))
await store.close()
process.disconnect()
