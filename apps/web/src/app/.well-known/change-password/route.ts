/**
 * Where password managers send somebody who wants another password
 * (https://w3c.github.io/webappsec-change-password-url/).
 */
import { getEnv } from '../../../auth/running.js'

export function GET(): Response {
  return Response.redirect(new URL('/account#password', getEnv().public.appUrl), 302)
}
