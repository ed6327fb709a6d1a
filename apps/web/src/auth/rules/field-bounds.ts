/** What people may write about themselves, and how much of it. */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { longest } from '../../session/field-lengths.js'
import type { BeforeRule } from './rule.js'

/** Characters of any other text in a body; addresses to be led to are the longest. */
const LONGEST_TEXT = 2000

/**
 * Refuses what is too long before anything has to read it. Passwords are left to Better Auth, which
 * has its own bounds for them.
 */
export const boundFields: BeforeRule = {
  matcher: () => true,
  handler: createAuthMiddleware(async (ctx) => {
    if (!ctx.request || typeof ctx.body !== 'object' || ctx.body === null) return
    for (const [field, value] of Object.entries(ctx.body)) {
      if (field === 'image' && value) {
        throw refuse('This app keeps no pictures', 'IMAGE_NOT_TAKEN')
      }
      const { length } = typeof value === 'string' ? value : ''
      if (field === 'name' && length > longest.name) throw refuse('Name too long', 'NAME_TOO_LONG')
      if ((field === 'email' || field === 'newEmail') && length > longest.email) {
        throw refuse('Invalid email', 'INVALID_EMAIL')
      }
      if (length > LONGEST_TEXT && !/password/i.test(field)) {
        throw refuse('Text too long', 'VALIDATION_ERROR')
      }
    }
  }),
}

function refuse(message: string, code: string): APIError {
  return new APIError('BAD_REQUEST', { message, code })
}
