/** The description that is committed, which other programs are written from, is the one that is served. */
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createApp } from '../src/app.js'
import type { Database } from '../src/database/database.js'
import { createTestLimits } from './_client.js'

it('serves the committed openapi.json; `npm run wire` writes it', async () => {
  // Describing the routes asks nothing of what answers them.
  const nothing = {} as Database & Parameters<typeof createApp>[0]['verifier']
  const app = createApp({
    verifier: nothing,
    database: nothing,
    log: pino({ level: 'silent' }),
    corsOrigins: [],
    url: 'http://localhost:8000',
    limits: createTestLimits(),
    readRowSecurity: () => Promise.reject(new Error('nobody asks')),
  })
  const response = await app.request('/openapi.json')
  const text = `${JSON.stringify(await response.json(), null, 2)}\n`
  await expect(text).toMatchFileSnapshot('../openapi.json')
})
