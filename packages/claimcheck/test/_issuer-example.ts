/** What the example of an issuer takes for granted. */
import { createMemoryStore, secret as testSecret } from './_better-auth.js'

export const secret = testSecret

export const { database } = createMemoryStore()
