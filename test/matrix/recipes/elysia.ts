/** A protected API on Elysia. */
import { AuthError, toProblem } from 'claimcheck'
import { Elysia } from 'elysia'
import { verifier } from './verifier.js'

const app = new Elysia()
  .onError(({ error }) => {
    if (!(error instanceof AuthError)) return
    const { status, headers, body } = toProblem(error, { requestId: crypto.randomUUID() })
    return new Response(JSON.stringify(body), { status, headers })
  })
  .resolve(async ({ request }) => ({ identity: await verifier.authenticate(request) }))
  .get('/api/me', ({ identity }) => ({ subject: identity.subject }))

app.listen({ port: Number(process.env.PORT ?? 8000), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`Listening at http://127.0.0.1:${port}`)
})
