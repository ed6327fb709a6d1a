/** JSON objects without duplicate members, which JSON.parse would silently merge (RFC 8725 §2.4, RFC 7493 §2.3). */

/**
 * Parses a JSON object in which no object, at any depth, names a member twice.
 *
 * @throws SyntaxError when the text is not JSON, not an object, or has a duplicate member
 */
export function parseStrictObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError('Expected a JSON object')
  }
  // Written out again, a text without duplicates is nearly always itself; only the rest is walked.
  if (JSON.stringify(value) !== text && hasDuplicateMember(text)) {
    throw new SyntaxError('Expected every member once')
  }
  return value as Record<string, unknown>
}

const lexemes = /"(?:[^"\\]|\\.)*"|[{}[\],]/g

/** Walks a text that is already known to be JSON; `null` on the stack stands for an array. */
function hasDuplicateMember(text: string): boolean {
  const open: (Set<string> | null)[] = []
  let expectsName = false
  for (const [lexeme] of text.matchAll(lexemes)) {
    const members = open.at(-1)
    if (lexeme === '{') open.push(new Set())
    else if (lexeme === '[') open.push(null)
    else if (lexeme === '}' || lexeme === ']') open.pop()
    else if (lexeme !== ',' && expectsName && members) {
      const name: string = JSON.parse(lexeme)
      if (members.has(name)) return true
      members.add(name)
    }
    expectsName = lexeme === '{' || (lexeme === ',' && open.at(-1) !== null)
  }
  return false
}
