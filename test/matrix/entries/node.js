// Node: the adapter for plain http, which sees the headers as they were sent.
import { createServer } from 'node:http'
import { createVerifier } from 'claimcheck'
import { bearer } from 'claimcheck/node'

const verifier = createVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['EdDSA', 'RS256'],
})
const server = createServer(
  bearer(verifier, (identity, _, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ subject: identity.subject }))
  }),
)
server.listen(0, '127.0.0.1', () => console.log(`PORT ${server.address().port}`))
