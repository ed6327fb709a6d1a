/** The smallest protected API on Express. */
import type { AddressInfo } from 'node:net'
import { createVerifier } from 'claimcheck'
import { bearer, owner } from 'claimcheck/express'
import express from 'express'

const { ISSUER = 'https://app.example.com', AUDIENCE = 'https://api.example.com' } = process.env

const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE })

const app = express()
app.use('/api', bearer(verifier))
app.get('/api/me', (request, response) => {
  response.json({ subject: request.identity.subject })
})
app.get('/api/:user_id/notes', owner('user_id'), (request, response) => {
  response.json({ notes: [`Only for ${request.identity.subject}`] })
})

const server = app.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
  // A server that listens on a port has an address with one.
  console.log(`Listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
