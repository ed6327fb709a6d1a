/**
 * JSON objects without duplicate members, which JSON.parse would silently merge (RFC 8725 §2.4, RFC 7493 §2.3), and no
 * deeper than anything honest is (RFC 8259 §9): strangers send them too, so all of it takes time in proportion to the
 * text.
 */
import { DEEPEST_JSON } from '../contract.js'

/**
 * Parses a JSON object.
 *
 * @throws SyntaxError when the text is not JSON, not an object, more than 16 levels deep, or has an object in it, at
 * any
 * depth, that names a member twice
 */
export function parseStrictObject(text: string): Record<string, unknown> {
  const written = countWrittenMembers(text)
  const value: unknown = JSON.parse(text)
  if (!isObject(value) || Array.isArray(value)) {
    throw new SyntaxError('Expected a JSON object')
  }
  // Whatever was merged is missing, with all that was in it.
  if (countMissing(value, written) !== 0) throw new SyntaxError('Expected every member once')
  return value as Record<string, unknown>
}

const QUOTATION_MARK = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

/**
 * One pass over the text, before any is parsed: its depth, and a colon outside a string for each member of an object.
 */
function countWrittenMembers(text: string): number {
  let depth = 0
  let members = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === QUOTATION_MARK) index = findStringEnd(text, index)
    else if (code === COLON) members += 1
    // Of [ and {, ] and }: the same letters but for one bit, which is set here.
    else if ((code | 0x20) === 0x7b) {
      depth += 1
      if (depth > DEEPEST_JSON) {
        throw new SyntaxError(`Expected no more than ${DEEPEST_JSON} levels`)
      }
    } else if ((code | 0x20) === 0x7d) depth -= 1
  }
  return members
}

function findStringEnd(text: string, start: number): number {
  let index = start + 1
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === QUOTATION_MARK) break
    if (code === BACKSLASH) index += 1
  }
  return index
}

/** How many of the members that were written are not there. Once none are missing, nothing more is looked at. */
function countMissing(value: object, written: number): number {
  if (Array.isArray(value)) {
    let missing = written
    for (let index = 0; index < value.length && missing > 0; index += 1) {
      const member: unknown = value[index]
      if (isObject(member)) missing = countMissing(member, missing)
    }
    return missing
  }
  const names = Object.keys(value)
  let missing = written - names.length
  for (let index = 0; index < names.length && missing > 0; index += 1) {
    const member: unknown = value[names[index] as keyof typeof value]
    if (isObject(member)) missing = countMissing(member, missing)
  }
  return missing
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
