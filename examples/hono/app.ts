/** The smallest protected API on Hono. */
import { serve } from '@hono/node-server'
import { createVerifier } from 'claimcheck'
import { bearer, owner } from 'claimcheck/hono'
import { Hono } from 'hono'

const { ISSUER = 'https://app.example.com', AUDIENCE = 'https://api.example.com' } = process.env

const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE })

const app = new Hono()
  .use('/api/*', bearer(verifier))
  .use('/api/:user_id/notes', owner('user_id'))
  .get('/api/me', (c) => c.json({ subject: c.var.identity.subject }))
  .get('/api/:user_id/notes', (c) => c.json({ notes: [`Only for ${c.var.identity.subject}`] }))

const port = Number(process.env.PORT ?? 8000)
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) => {
  console.log(`Listening at http://127.0.0.1:${address.port}`)
})
