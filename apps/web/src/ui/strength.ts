/** How hard a password is to guess, judged here and sent nowhere. */

export type Strength = 'short' | 'weak' | 'fair' | 'strong'

const SHORTEST = 8
const common = /^(pass(word|wort)?|qwert[yz]|letmein|welcome|admin|iloveyou|abc|monkey|dragon)/i

/**
 * A hint, not a rule: length times variety in bits, less for what people choose first.
 *
 * @param personal Words that a guesser would try, such as the name and the e-mail address.
 */
export function judgePassword(password: string, personal: readonly string[] = []): Strength {
  if (password.length < SHORTEST) return 'short'
  const bits = countDistinct(password) * Math.log2(alphabetSize(password))
  if (common.test(password) || isRun(password) || holds(password, personal)) return 'weak'
  if (bits < 45) return 'weak'
  return bits < 60 ? 'fair' : 'strong'
}

/** Letters that repeat, or continue the one before, add little: each counts a quarter. */
function countDistinct(password: string): number {
  const seen = new Set<string>()
  let count = 0
  let before = 0
  for (const letter of password) {
    const code = letter.codePointAt(0) ?? 0
    const fresh = !seen.has(letter) && Math.abs(code - before) !== 1
    count += fresh ? 1 : 0.25
    seen.add(letter)
    before = code
  }
  return count
}

function alphabetSize(password: string): number {
  const groups: ReadonlyArray<readonly [RegExp, number]> = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[\s!-/:-@[-`{-~]/, 33],
    [/[^ -~]/, 60],
  ]
  return groups.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 1)
}

function isRun(password: string): boolean {
  return new Set(password).size <= 3
}

function holds(password: string, personal: readonly string[]): boolean {
  const lower = password.toLowerCase()
  return personal
    .flatMap((word) => word.toLowerCase().split(/[^\p{L}\d]+/u))
    .some((word) => word.length >= 4 && lower.includes(word))
}
