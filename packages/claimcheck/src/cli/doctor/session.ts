/** The way of a person, with a test account: signing in, a token, and what is left after signing out. */
import { type Answer, describe, type Examination } from './examination.js'

/** A person who is signed in for the examination. */
export interface SignedIn {
  readonly token: string
  /** Ends the session; false where that failed. */
  signOut(): Promise<boolean>
  /** Asks for a token with the cookies of the session that has ended. */
  askAgain(): Promise<Answer | null>
}

const stranger = 'https://stranger.example'

/** Whether pages of strangers can read a token. Needs no account. */
export async function examineTokenEndpoint({ subject, add, ask }: Examination): Promise<void> {
  const url = `${subject.auth}/token`
  const reply = await ask(url, {
    headers: { origin: stranger, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  })
  if (reply.failed !== null) return
  if (reply.status === 404) {
    return add('token-endpoint-missing', 'fault', 'The issuer hands out no tokens.', {
      evidence: [describe('GET', url, reply)],
      cure: 'Add claimcheck() to the plugins of Better Auth: it brings jwt(), which serves /token.',
    })
  }
  const allowed = reply.headers.get('access-control-allow-origin')
  const isOpen = allowed === stranger || allowed === '*'
  if (isOpen && reply.headers.get('access-control-allow-credentials') === 'true') {
    return add(
      'token-readable-across-origins',
      'fault',
      'Any page may read the token of whoever visits it.',
      {
        evidence: [
          `to Origin ${stranger} it says Access-Control-Allow-Origin: ${allowed}, with credentials`,
        ],
        cure: 'Allow the origins of your own pages by name, and never echo the Origin that came.',
      },
    )
  }
  add('token-endpoint', 'good', 'Pages of strangers cannot read tokens.')
}

/** Signs in; null where that fails. */
export async function examineSignIn(examination: Examination): Promise<SignedIn | null> {
  const { subject, add, ask } = examination
  const { account } = subject
  if (account === undefined) return null
  const origin = new URL(subject.auth).origin
  const url = `${subject.auth}/sign-in/email`
  const send = (path: string, body: object, cookie = '') =>
    ask(`${subject.auth}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, ...(cookie && { cookie }) },
      body: JSON.stringify(body),
    })
  const reply = await send('/sign-in/email', account)
  if (reply.failed !== null || reply.status !== 200) {
    add('sign-in', 'unknown', 'The test account could not sign in, so the journey was not made.', {
      evidence: [describe('POST', url, reply)],
      cure: 'Check e-mail and password, that the address is confirmed, and that the sign-in limit is not used up.',
    })
    return null
  }
  const lines = reply.headers.getSetCookie()
  const cookie = lines.map((line) => line.split(';')[0]).join('; ')
  examineCookies(examination, lines)
  const token = await fetchToken(examination, cookie)
  const signOut = async () => {
    const answer = await send('/sign-out', {}, cookie)
    return answer.failed === null && answer.status === 200
  }
  if (token === null) {
    await signOut()
    return null
  }
  return {
    token,
    signOut,
    askAgain: async () => {
      const again = await ask(`${subject.auth}/token`, { headers: { cookie, origin } })
      return again.failed === null ? again : null
    },
  }
}

async function fetchToken(
  { subject, add, ask }: Examination,
  cookie: string,
): Promise<string | null> {
  const plain = `${subject.auth}/token`
  const named =
    subject.audience === undefined
      ? plain
      : `${plain}?audience=${encodeURIComponent(subject.audience)}`
  let url = named
  let reply = await ask(url, { headers: { cookie } })
  // No token is made for that audience: the one that there is shows both names side by side.
  if (reply.failed === null && reply.status === 400) {
    url = plain
    reply = await ask(url, { headers: { cookie } })
  }
  const evidence = [describe('GET', url, reply)]
  if (reply.failed !== null || reply.status >= 500) {
    add(
      'keys-undecryptable',
      'fault',
      'A person who is signed in gets no token: the issuer fails.',
      {
        evidence,
        cure: 'Usually BETTER_AUTH_SECRET was changed, and private keys are encrypted with it: give both, BETTER_AUTH_SECRETS with the new one first. Its log says more.',
      },
    )
    return null
  }
  const token = reply.status === 200 ? readToken(reply.body) : null
  if (token === null) {
    add('token-endpoint-refuses', 'fault', 'A person who is signed in gets no token.', {
      evidence,
      cure: 'Check that the session cookie reaches /token: the same host, and a path and domain that fit.',
    })
    return null
  }
  if (!/no-store/.test(reply.headers.get('cache-control') ?? '')) {
    add('token-cacheable', 'warning', 'The answer that holds a token may be stored on its way.', {
      evidence: [`Cache-Control of ${url}: ${reply.headers.get('cache-control') ?? 'none'}`],
      cure: 'claimcheck() says no-store. Behind a proxy, let it pass.',
    })
  }
  return token
}

function examineCookies({ subject, add }: Examination, lines: readonly string[]): void {
  const session = lines.find((line) => /session_token=/.test(line))
  if (lines.some((line) => /session_data=[^;]/.test(line))) {
    add(
      'cookie-cache',
      'fault',
      'The cookie cache is on: a revoked session keeps getting tokens until it runs out.',
      {
        evidence: ['signing in sets a cookie "session_data"'],
        cure: 'Leave session.cookieCache off; reading a session costs one query.',
      },
    )
  }
  if (session === undefined) return
  const issuer = new URL(subject.auth)
  const flags = session.split('; ').slice(1)
  const has = (flag: string) => flags.some((each) => each.toLowerCase() === flag)
  if (!has('httponly') || (issuer.protocol === 'https:' && !has('secure'))) {
    add(
      'cookie-flags',
      'fault',
      'The session cookie can be read by scripts, or travels in the clear.',
      {
        evidence: [
          `its flags: ${flags.filter((flag) => !/^(max-age|expires)/i.test(flag)).join('; ')}`,
        ],
        cure: 'Leave advanced.defaultCookieAttributes alone: HttpOnly, and Secure over https.',
      },
    )
  }
  const page = new URL(subject.origin)
  if (!has('samesite=none') && !isSameSite(page, issuer)) {
    add(
      'same-site',
      'fault',
      'The session cookie stays at home: the pages live on another site than the issuer.',
      {
        evidence: [
          `pages at ${page.origin}, issuer at ${issuer.origin}, ${flags.find((flag) => /^samesite/i.test(flag)) ?? 'no SameSite'}`,
        ],
        cure: "Put both below one domain, such as app.example.com and auth.example.com. Else: advanced.defaultCookieAttributes { sameSite: 'none', secure: true, partitioned: true } and trustedOrigins, where browsers still allow it.",
      },
    )
  }
}

/** The last two labels stand for the site: good enough for a hint, and wrong for co.uk only towards silence. */
function isSameSite(one: URL, other: URL): boolean {
  const site = ({ protocol, hostname }: URL) =>
    `${protocol}${hostname.split('.').slice(-2).join('.')}`
  return site(one) === site(other)
}

function readToken(body: string): string | null {
  try {
    const { token }: { token?: unknown } = JSON.parse(body)
    return typeof token === 'string' ? token : null
  } catch {
    return null
  }
}
