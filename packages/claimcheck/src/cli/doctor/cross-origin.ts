/** Whether pages may call the API, and only those that should. */
import type { Examination } from './examination.js'

const stranger = 'https://stranger.example'

/** What the token client reads of a refusal. */
const wanted = ['WWW-Authenticate', 'Retry-After']

export async function examineCrossOrigin(examination: Examination): Promise<void> {
  const { subject, add, ask } = examination
  if (subject.api === undefined || subject.api.origin === subject.origin) return
  const preflight = (origin: string) =>
    ask(String(subject.api), {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    })
  const reply = await preflight(subject.origin)
  if (reply.failed !== null) return
  const { status, headers } = reply
  const allowed = headers.get('access-control-allow-origin')
  const evidence = [
    `OPTIONS from ${subject.origin} answered ${status}, Access-Control-Allow-Origin: ${allowed ?? 'none'}`,
  ]
  if (status === 401 || status === 403) {
    return add(
      'cors-order',
      'fault',
      'The preflight is asked for a token, which browsers never send with one.',
      {
        evidence,
        cure: 'Put the CORS middleware before bearer(verifier).',
      },
    )
  }
  if (allowed !== subject.origin && allowed !== '*') {
    return add('cors-missing', 'fault', 'Browsers will not let these pages call the API.', {
      evidence,
      cure: `Allow ${subject.origin} by name (CORS_ORIGINS of the task API), or name the right pages with --origin.`,
    })
  }
  // The star does not stand for Authorization (Fetch standard, CORS-safelisted request headers).
  if (!/\bauthorization\b/i.test(headers.get('access-control-allow-headers') ?? '')) {
    return add(
      'cors-authorization',
      'fault',
      'Browsers will not send the token: Authorization is not an allowed header.',
      {
        evidence: [
          `Access-Control-Allow-Headers: ${headers.get('access-control-allow-headers') ?? 'none'}`,
        ],
        cure: 'Add Authorization to the allowed headers; * does not stand for it.',
      },
    )
  }
  const open = await preflight(stranger)
  if (
    open.failed === null &&
    open.headers.get('access-control-allow-origin') === stranger &&
    open.headers.get('access-control-allow-credentials') === 'true'
  ) {
    return add(
      'cors-any-origin',
      'fault',
      'The API lets any page call it with the cookies of its visitor.',
      {
        evidence: [`to Origin ${stranger} it says the same back, with credentials`],
        cure: 'Allow your own origins by name, and no credentials: tokens need none.',
      },
    )
  }
  const actual = await ask(String(subject.api), { headers: { origin: subject.origin } })
  const exposed = actual.failed === null ? actual.headers.get('access-control-expose-headers') : ''
  const hidden = wanted.filter((name) => !exposed?.toLowerCase().includes(name.toLowerCase()))
  if (hidden.length > 0) {
    return add(
      'cors-exposed',
      'warning',
      `Pages cannot read ${hidden.join(' and ')}, by which the token client knows what to do.`,
      {
        evidence: [`Access-Control-Expose-Headers: ${exposed || 'none'}`],
        cure: `Expose ${wanted.join(', ')}, ETag, X-Request-Id and RateLimit.`,
      },
    )
  }
  add('cors', 'good', 'The pages may call the API, and pages of strangers may not.')
}
