// What a form can tell by itself, before anything is sent.

import { authCopy } from '../copy/auth.js'

/** The sentence for an address that is missing or cannot be one; undefined when it will do. */
export function checkEmail(email: string): string | undefined {
  if (!email) return authCopy.missing.email
  return /^\S+@\S+\.\S+$/.test(email) ? undefined : authCopy.errors.INVALID_EMAIL
}

/** The sentence for a new password that will not do; undefined when it will. */
export function checkNewPassword(password: string): string | undefined {
  if (!password) return authCopy.missing.newPassword
  if (password.length < 8) return authCopy.errors.PASSWORD_TOO_SHORT
  return password.length > 128 ? authCopy.errors.PASSWORD_TOO_LONG : undefined
}
