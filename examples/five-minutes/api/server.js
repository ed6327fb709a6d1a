import { createVerifierFromEnv } from 'claimcheck/env'
import { bearer } from 'claimcheck/express'
import express from 'express'

const verifier = createVerifierFromEnv()

const app = express()
app.use('/api', bearer(verifier))
app.get('/api/me', (request, response) => {
  response.json({ subject: request.identity.subject })
})
app.listen(Number(process.env.PORT ?? 8000), '127.0.0.1')
