/**
 * What a page may load and do (https://www.w3.org/TR/CSP3/), and the other headers that protect
 * it.
 */
import type { PublicEnv } from './env.js'

/**
 * The content security policy of one answer. Scripts run by nonce only. Style attributes are
 * allowed, because a nonce cannot be put on them and the components set positions by them; style
 * elements are not.
 *
 * @param development Lets the development server evaluate code and refresh styles.
 */
export function toContentPolicy(nonce: string, env: PublicEnv, development: boolean): string {
  const secure = env.appUrl.startsWith('https:')
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? ` 'unsafe-eval'` : ''}`,
    development ? `style-src 'self' 'unsafe-inline'` : `style-src 'self' 'nonce-${nonce}'`,
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self' ${env.apiUrl}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

/** Headers that every answer carries. */
export function toSecurityHeaders(env: PublicEnv): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    ...(env.appUrl.startsWith('https:') && {
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    }),
  }
}
