/** Text people write, as far as Postgres and JSON can both hold it. */
import { z } from '@hono/zod-openapi'

/** Text of at most `most` characters (Unicode code points, as in JSON Schema and in Postgres). */
export function storableText(most: number) {
  return z
    .string()
    .refine(isStorable, 'Must be well-formed Unicode text without NUL characters.')
    .refine((value) => hasAtMost(value, most), `Must have at most ${most} characters.`)
    .openapi({ maxLength: most })
}

/** Postgres text has no NUL, and half of a surrogate pair is not a character. */
function isStorable(value: string): boolean {
  return !value.includes('\0') && !/\p{Surrogate}/u.test(value)
}

function hasAtMost(value: string, most: number): boolean {
  if (value.length <= most) return true
  // A character takes two code units at most, so nothing longer needs to be counted.
  return value.length <= most * 2 && [...value].length <= most
}
