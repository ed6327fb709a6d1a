/** Entity tags of tasks (RFC 9110 §8.8.3): a strong tag made of the version. */
import type { VersionGuard } from './row.js'

/** The ETag of a version. */
export function toETag(version: number): string {
  return `"${version}"`
}

/** The versions an If-Match header allows; undefined where it is absent or allows any (RFC 9110 §13.1.1). */
export function readIfMatch(header: string | undefined): VersionGuard {
  if (header === undefined || header.trim() === '*') return undefined
  // Strong comparison: a weak tag, or one this API never gave, matches nothing.
  return header.split(',').flatMap((tag) => {
    const version = /^"([1-9]\d{0,9})"$/.exec(tag.trim())?.[1]
    return version === undefined || Number(version) > LARGEST_VERSION ? [] : [Number(version)]
  })
}

/** What the column can hold. */
const LARGEST_VERSION = 2_147_483_647
