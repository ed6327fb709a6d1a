/** A Hono server with one route twice, open and guarded, for the bench of a route. */
import { serve } from '@hono/node-server'
import { createVerifier } from 'claimcheck'
import { bearer } from 'claimcheck/hono'
import { createTestIssuer } from 'claimcheck/testing'
import { Hono } from 'hono'

const issuer = await createTestIssuer()
const tasks = Array.from({ length: 20 }, (_, index) => ({
  id: index,
  title: `Task ${index}`,
  completed: false,
}))
const app = new Hono()
  .get('/open/tasks', (c) => c.json({ tasks }))
  .use('/guarded/*', bearer(createVerifier(issuer.options)))
  .get('/guarded/tasks', (c) => c.json({ tasks }))

const token = await issuer.sign(
  { sub: crypto.randomUUID(), sid: crypto.randomUUID() },
  { expiresIn: 3_600 },
)
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.send?.({ port, token })
})
