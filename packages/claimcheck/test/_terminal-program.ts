/**
 * The command-line program of docs/elsewhere.md, as a process of its own: signs in by a code, calls the API, and when
 * it is told to, calls again until it is refused. Called with the addresses of issuer and API.
 */
import { once } from 'node:events'
import { fetchApiToken, signInFromTerminal } from './elsewhere.example.js'

const [issuer = '', api = ''] = process.argv.slice(2)

/** The name of the issuer is not where it is in this test. */
const reach: typeof fetch = (input, init) =>
  fetch(String(input).replace('https://app.example.com', issuer), init)

const call = async (token: string) => {
  const answer = await fetch(api, { headers: { Authorization: `Bearer ${token}` } })
  const { subject, code }: { subject?: string; code?: string } = await answer.json()
  return `${answer.status} ${subject ?? code}`
}

const session = await signInFromTerminal(reach)
const token = await fetchApiToken(session, reach)
console.log(`the session itself: ${await call(session)}`)
console.log(`the token: ${await call(token)}`)
await once(process.stdin, 'data')
let last = await call(token)
while (last.startsWith('200')) {
  await new Promise((resolve) => setTimeout(resolve, 50))
  last = await call(token)
}
console.log(`afterwards: ${last}`)
console.log(`another token: ${await fetchApiToken(session, reach).catch(({ message }) => message)}`)
process.exit()
