/** The route of a request, for those who count: one of a fixed list, never what a client wrote. */

import { existsSync, readFileSync } from 'node:fs'

const authBase = '/api/auth'

export type NameRoute = (url: string) => string

/** Answered around Next.js, or waited for there. */
const own = ['/', '/livez', '/readyz', '/metrics', '/api/session']

/**
 * @param pages What Next.js answers, see `readPages`.
 * @param authPaths Those of Better Auth, such as `/token` and `/reset-password/:token`.
 */
export function createRouteNames(
  pages: readonly string[],
  authPaths: readonly string[],
): NameRoute {
  const routes = new Set([...own, ...pages])
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

/**
 * The pages and routes of a build, as it lists them; none in development.
 *
 * @param folder That of the app.
 */
export function readPages(folder: string): string[] {
  const file = `${folder}/.next/app-path-routes-manifest.json`
  if (!existsSync(file)) return []
  // Written by Next.js: names of files, and where they are served.
  const routes: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'))
  return Object.values(routes).filter((route) => !/[[\]]|^\/_/.test(route))
}
