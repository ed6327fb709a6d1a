/**
 * Before a page is rendered: its security headers, and a first look whether there is a session
 * cookie at all. Whether the session is a real one each page finds out for itself; a stale cookie
 * gets as far as that, and never round in circles.
 */
import { getSessionCookie } from 'better-auth/cookies'
import { type NextRequest, NextResponse } from 'next/server'
import { toContentPolicy, toSecurityHeaders } from './content-policy.js'
import { type PublicEnv, readEnv } from './env.js'

const membersOnly = ['/dashboard', '/account', '/inspector']

let env: PublicEnv | null = null

export function proxy(request: NextRequest): NextResponse {
  env ??= readEnv().public
  const response = toAnswer(request, env)
  for (const [name, value] of Object.entries(toSecurityHeaders(env)))
    response.headers.set(name, value)
  return response
}

export const config = {
  matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'],
}

function toAnswer(request: NextRequest, publicEnv: PublicEnv): NextResponse {
  const { pathname, search } = request.nextUrl
  if (pathname.startsWith('/api/') || pathname.startsWith('/.well-known/'))
    return NextResponse.next()
  const isForMembers = membersOnly.some(
    (path) => pathname === path || pathname.startsWith(`${path}/`),
  )
  // What a form sends goes on to its action, which looks for the session itself: redirected, it would be lost.
  const isVisit = request.method === 'GET' || request.method === 'HEAD'
  if (isForMembers && isVisit && !getSessionCookie(request)) {
    const target = new URL('/sign-in', publicEnv.appUrl)
    target.searchParams.set('next', `${pathname}${search}`)
    return NextResponse.redirect(target, 307)
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  // biome-ignore lint/style/noProcessEnv: Next.js replaces this very expression when it builds.
  const development = process.env.NODE_ENV === 'development'
  const policy = toContentPolicy(nonce, publicEnv, development)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}
