/** The route of a request, for those who count: one of a fixed list, never what a client wrote. */

/** What Next.js and the server around it answer, by the folders of `app`. */
const routes: ReadonlySet<string> = new Set([
  ...['/', '/dashboard', '/account', '/account/delete', '/inspector'],
  ...['/sign-in', '/sign-up', '/verify-email', '/forgot-password', '/reset-password'],
  ...['/api/session', '/.well-known/jwks.json', '/.well-known/change-password'],
  ...['/dev/mail', '/dev/mail/messages', '/livez', '/readyz', '/metrics'],
])

const authBase = '/api/auth'

export type NameRoute = (url: string) => string

/** @param authPaths Those of Better Auth, such as `/token` and `/reset-password/:token`. */
export function createRouteNames(authPaths: readonly string[]): NameRoute {
  const plain = new Set(authPaths.filter((path) => !path.includes(':')))
  const patterns = authPaths
    .filter((path) => path.includes(':'))
    .map((path) => [new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`), path] as const)

  return function nameRoute(url) {
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    if (routes.has(path)) return path
    if (path.startsWith('/_next/')) return '/_next'
    if (!path.startsWith(`${authBase}/`)) return 'none'
    const rest = path.slice(authBase.length)
    const name = plain.has(rest) ? rest : patterns.find(([pattern]) => pattern.test(rest))?.[1]
    return name === undefined ? 'none' : `${authBase}${name}`
  }
}
