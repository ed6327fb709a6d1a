/** What a form can tell by itself, before anything is sent. */

import { authCopy } from '../copy/auth.js'
import { longest, SHORTEST_PASSWORD } from './field-lengths.js'

/** The sentence for an address that is missing or cannot be one; undefined when it will do. */
export function checkEmail(email: string): string | undefined {
  if (!email) return authCopy.missing.email
  const isAddress = /^\S+@\S+\.\S+$/.test(email) && email.length <= longest.email
  return isAddress ? undefined : authCopy.errors.INVALID_EMAIL
}

/** The sentence for a new password that will not do; undefined when it will. */
export function checkNewPassword(password: string): string | undefined {
  if (!password) return authCopy.missing.newPassword
  if (password.length < SHORTEST_PASSWORD) return authCopy.errors.PASSWORD_TOO_SHORT
  return password.length > longest.password ? authCopy.errors.PASSWORD_TOO_LONG : undefined
}

/** The sentence for a password that was not given; whether it is the right one only the server knows. */
export function checkPassword(password: string): string | undefined {
  return password ? undefined : authCopy.missing.password
}

/** The sentence for a name that will not do; undefined when it will. */
export function checkName(name: string): string | undefined {
  if (!name) return authCopy.missing.name
  return name.length > longest.name ? authCopy.errors.NAME_TOO_LONG : undefined
}
