/**
 * Rules of this app around Better Auth's endpoints: attempts for each e-mail address, and a
 * password to delete an account.
 */
import { createHash } from 'node:crypto'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { AttemptRule, Attempts } from './attempts.js'

/** Per e-mail address, wherever they come from: guessing one password, and filling one mailbox. */
const rules: Readonly<Record<string, AttemptRule>> = {
  '/sign-in/email': { window: 15 * 60, max: 20 },
  '/request-password-reset': { window: 60 * 60, max: 5 },
  '/send-verification-email': { window: 60 * 60, max: 5 },
}

/** @param attempts Null counts nothing. */
export function guardAccounts(attempts: Attempts | null) {
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (ctx.path === '/delete-user' && ctx.request && !readText(ctx.body, 'password')) {
        throw new APIError('BAD_REQUEST', {
          message: 'Deleting the account takes its password',
          code: 'PASSWORD_REQUIRED',
        })
      }
      const rule = rules[ctx.path]
      const email = readText(ctx.body, 'email')
      if (!attempts || !ctx.request || !rule || !email) return
      const { allowed, retryAfter } = attempts.consume(toKey(ctx.path, email), rule)
      if (allowed) return
      throw new APIError(
        'TOO_MANY_REQUESTS',
        { message: 'Too many attempts for this address', code: 'TOO_MANY_ATTEMPTS' },
        { 'retry-after': String(retryAfter ?? rule.window) },
      )
    }),
    after: createAuthMiddleware(async (ctx) => {
      const email = readText(ctx.body, 'email')
      if (ctx.path === '/sign-in/email' && email && ctx.context.newSession) {
        attempts?.clear(toKey(ctx.path, email))
      }
    }),
  }
}

function readText(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null) return null
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' && value ? value : null
}

/** A digest, so that a stranger's long text does not fill the memory. */
function toKey(path: string, email: string): string {
  return `${path} ${createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')}`
}
