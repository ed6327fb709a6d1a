/**
 * Understands a day and a priority in what is typed for a new task: `Call Bob tomorrow !1`. Loaded
 * with the first letter.
 */

import { en } from 'chrono-node'
import { toDay } from '../../time/day.js'
import type { Priority } from '../api/task.js'

/** A part of the text that was understood. */
export type Phrase = { readonly start: number; readonly end: number; readonly text: string } & (
  | { readonly kind: 'day'; readonly dueOn: string }
  | { readonly kind: 'priority'; readonly priority: Priority }
)

export interface Entry {
  /** The text without what was understood. */
  readonly title: string
  readonly phrases: readonly Phrase[]
}

/** Reads dates as they are written in Britain, the day before the month, as the whole page does. */
const reader = en.GB
/** An amount of time leads to a day only where the words say so: `in 3 days`, but neither `330d` nor `for 3 days`. */
const leadsToDay = /^in\s|\s(?:from now|later)$|^(?:this|next)\s+[a-z]+$/i
const priorities: Readonly<Record<string, Priority>> = {
  '!1': 3,
  '!2': 2,
  '!3': 1,
  '!high': 3,
  '!medium': 2,
  '!low': 1,
}

/**
 * Reads an entry. A day counts at the beginning or the end of the text only, and from today on; nothing counts inside
 * quotes, nor what would leave no title.
 *
 * @param today The person's own, as `YYYY-MM-DD`.
 * @param literal Phrases that somebody wants to keep as text, in small letters.
 */
export function readEntry(text: string, today: string, literal: ReadonlySet<string>): Entry {
  const open = blankQuotes(text)
  const priority = findPriority(open, literal)
  const day = findDay(priority ? blank(open, priority) : open, today, literal)
  const phrases = [priority, day]
    .filter((phrase): phrase is Phrase => phrase !== null)
    .toSorted((a, b) => a.start - b.start)
  const title = removePhrases(text, phrases)
  return title ? { title, phrases } : { title: text.trim(), phrases: [] }
}

function findPriority(text: string, literal: ReadonlySet<string>): Phrase | null {
  for (const match of text.matchAll(/(?<!\S)!\w+(?!\S)/g)) {
    const [word] = match
    const priority = priorities[word.toLowerCase()]
    if (priority === undefined || literal.has(word.toLowerCase())) continue
    return { kind: 'priority', priority, ...toPlace(match.index, word) }
  }
  return null
}

function findDay(text: string, today: string, literal: ReadonlySet<string>): Phrase | null {
  const now = new Date(`${today}T12:00:00`)
  for (const result of reader.parse(text, now, { forwardDate: true })) {
    const { index, text: found, start, end } = result
    if (result.tags().has('result/relativeDate') && !leadsToDay.test(found)) continue
    const isDay = start.isCertain('day') || start.isCertain('weekday')
    // Tasks have days: what has an hour or goes on for days would lose what it says.
    if (!isDay || end || start.isCertain('hour') || literal.has(found.toLowerCase())) continue
    const dueOn = toDay(start.date())
    if (dueOn >= today && isAtEdge(text, index, found)) {
      return { kind: 'day', dueOn, ...toPlace(index, found) }
    }
  }
  return null
}

function isAtEdge(text: string, index: number, found: string): boolean {
  const isWhole = !/\w$/.test(text.slice(0, index)) && !/^\w/.test(text.slice(index + found.length))
  return isWhole && (!text.slice(0, index).trim() || !text.slice(index + found.length).trim())
}

function toPlace(start: number, text: string) {
  return { start, end: start + text.length, text }
}

/** The same length, so that places stay what they are. */
function blank(text: string, { start, end }: Phrase): string {
  return text.slice(0, start) + ' '.repeat(end - start) + text.slice(end)
}

function blankQuotes(text: string): string {
  return text.replaceAll(/"[^"]*"|“[^”]*”|‘[^’]*’|(?<!\w)'[^']*'(?!\w)/g, (quoted) =>
    '"'.repeat(quoted.length),
  )
}

function removePhrases(text: string, phrases: readonly Phrase[]): string {
  return phrases
    .toReversed()
    .reduce((rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`, text)
    .replaceAll(/\s+/g, ' ')
    .trim()
}
