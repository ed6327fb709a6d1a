/** Programs that do one thing and end: what the library waits for must not let them end before it is there. */
import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { library } from './_entry-points.js'

/** Node ends with 13 where a top-level await is left and nothing could ever settle it. */
function run(script: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', `${opening}\n${script}`],
      { cwd: library, timeout: 60_000 },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out: out.trim(), err }),
    )
  })
}

/** No socket and no timer but those of the library: an issuer whose answers are made here, or never come. */
const opening = `
import { createVerifier } from 'claimcheck'
import { createTokenClient } from 'claimcheck/client'
import { createTestIssuer } from 'claimcheck/testing'
const issuer = await createTestIssuer()
const token = await issuer.sign({ sub: 'ada', sid: 's1' })
const never = () => new Promise(() => {})
const open = (fetch) => createVerifier({ ...issuer.options, fetch, log: false })
const isKeys = (url) => String(url).endsWith('/jwks')
`

describe.concurrent('a script that awaits', () => {
  it.each([
    [
      'verify, with everything there',
      `const identity = await open(issuer.fetch).verify(token)
       console.log(identity.subject)`,
      'ada',
    ],
    [
      'verify, while the keys never come',
      'await open(never).verify(token).catch(({ code }) => console.log(code))',
      'keys_unavailable',
    ],
    [
      'verify, while keys are refused',
      `await open(async () => new Response(null, { status: 503 })).verify(token)
         .catch(({ code }) => console.log(code))`,
      'keys_unavailable',
    ],
    [
      'verify, while the feed never comes',
      `const fetch = (url, init) => (isKeys(url) ? issuer.fetch(url, init) : never())
       const identity = await open(fetch).verify(token)
       console.log(identity.subject)`,
      'ada',
    ],
    [
      'explain, while the keys never come',
      'const { error } = await open(never).explain(token)\nconsole.log(error.code)',
      'keys_unavailable',
    ],
    [
      'verify of a key that is not there yet',
      `const verifier = open(issuer.fetch)
       await verifier.verify(token)
       await issuer.rotate()
       console.log((await verifier.verify(await issuer.sign({ sub: 'bob' }))).subject)`,
      'bob',
    ],
    [
      'ready, while the keys never come',
      'await open(never).ready().catch(({ code }) => console.log(code))',
      'keys_unavailable',
    ],
    [
      'a token of the client, while the issuer never answers',
      `const tokens = createTokenClient({ fetchToken: never, origins: ['https://api.test'], timeout: 200 })
       await tokens.getToken().catch(({ code }) => console.log(code))`,
      'token_unreachable',
    ],
    [
      'a token of the client, while the issuer is being restarted',
      `let asked = 0
       const fetchToken = async () => ((asked += 1) < 3 ? { error: { status: 503 } } : token)
       const tokens = createTokenClient({ fetchToken, origins: ['https://api.test'], session: 'one' })
       console.log((await tokens.getToken()) === token)`,
      'true',
    ],
  ])(
    '%s is given its answer',
    async (_, script, answer) => {
      expect(await run(script)).toEqual({ code: 0, out: answer, err: '' })
    },
    90_000,
  )
})
