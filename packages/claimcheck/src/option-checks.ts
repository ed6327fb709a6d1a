/** What options are checked with, once, where something is created. */

/** @throws TypeError unless `value` is text without white space around it */
export function assertText(name: string, value: unknown, counterpart: string): void {
  if (typeof value !== 'string' || value === '' || value !== value.trim()) {
    throw new TypeError(
      `${name}: expected a string that is not empty, the same that the ${counterpart} is configured with`,
    )
  }
}

/** @throws TypeError unless `value` is absent or a number from `least` to `most` */
export function readNumber(
  name: string,
  value: number | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (value === undefined) return fallback
  if (!Number.isFinite(value) || value < least || value > most) {
    throw new TypeError(`${name}: expected a number from ${least} to ${most}`)
  }
  return value
}

/**
 * A misspelt option would silently do nothing, which is worst where it protects somebody.
 *
 * @param place what the name is put behind, such as `'revocations.'`
 * @throws TypeError that gives the nearest name there is
 */
export function assertKnownOptions(
  options: object,
  known: readonly string[],
  place: string = '',
): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const nearest = findNearest(name, known)
    const advice =
      nearest === undefined
        ? `expected one of ${known.join(', ')}`
        : `did you mean ${place}${nearest}?`
    throw new TypeError(`${place}${name}: no such option; ${advice}`)
  }
}

/** The name that is fewest edits away, if that is less than half of it. */
function findNearest(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = countEdits(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least && distance <= candidate.length / 2) {
      least = distance
      nearest = candidate
    }
  }
  return nearest
}

/** Levenshtein's distance, row by row. */
function countEdits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let left = 1; left <= one.length; left += 1) {
    const next = [left]
    for (let right = 1; right <= other.length; right += 1) {
      const isSame = one[left - 1] === other[right - 1]
      const replaced = (row[right - 1] ?? 0) + (isSame ? 0 : 1)
      next.push(Math.min(replaced, (row[right] ?? 0) + 1, (next[right - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
