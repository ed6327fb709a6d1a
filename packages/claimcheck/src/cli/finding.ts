/** What a command found out, and how it is told: one paragraph each, the cure last. */
import type { Io } from './io.js'

export type Outcome = 'good' | 'warning' | 'fault' | 'unknown'

export interface Finding {
  /** Stable: safe to name in scripts. */
  readonly id: string
  readonly outcome: Outcome
  /** One sentence. */
  readonly says: string
  /** What was seen; never a token, a cookie or a password. */
  readonly evidence: readonly string[]
  /** What to change, exactly. Absent where nothing is to be done. */
  readonly cure?: string
}

const signs: Readonly<Record<Outcome, { sign: string; colour: number }>> = {
  good: { sign: '✓', colour: 32 },
  warning: { sign: '!', colour: 33 },
  fault: { sign: '✗', colour: 31 },
  unknown: { sign: '?', colour: 36 },
}

/** One finding as a paragraph. Where nobody reads along the outcome is a word, and nothing is drawn. */
export function writeFinding(finding: Finding, { isTerminal }: Pick<Io, 'isTerminal'>): string {
  const { outcome, says, evidence, cure } = finding
  const { sign, colour } = signs[outcome]
  const mark = isTerminal ? `\x1b[${colour}m${sign}\x1b[0m` : `${outcome}:`
  const lines = [`${mark} ${says}`, ...evidence.map((line) => `    ${line}`)]
  if (cure !== undefined) lines.push(`    Fix: ${cure}`)
  return lines.join('\n')
}

/** All of them, what is wrong last, because that is where a terminal ends. */
export function writeFindings(findings: readonly Finding[], io: Pick<Io, 'isTerminal'>): string {
  const order: readonly Outcome[] = ['good', 'unknown', 'warning', 'fault']
  const sorted = order.flatMap((outcome) => findings.filter((each) => each.outcome === outcome))
  const paragraphs = sorted.map((finding) => writeFinding(finding, io))
  return [...paragraphs, writeSummary(findings)].join('\n\n')
}

function writeSummary(findings: readonly Finding[]): string {
  const count = (outcome: Outcome) => findings.filter((each) => each.outcome === outcome).length
  const [faults, warnings, unknown] = [count('fault'), count('warning'), count('unknown')]
  const parts = [
    toCount(faults, 'fault'),
    toCount(warnings, 'warning'),
    `${unknown} could not be checked`,
    `${count('good')} in order`,
  ]
  return `${parts.join(', ')}.`
}

function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
