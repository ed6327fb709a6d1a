/** What the example of an issuer takes for granted. */
import { createMemoryStore } from './_better-auth.js'

export { secret } from './_better-auth.js'

export const { database } = createMemoryStore()
