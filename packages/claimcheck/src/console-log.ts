/**
 * What a verifier says on the console when nobody listens: once what fails and what to change, once that it is well
 * again.
 */
import { type DocumentKind, toAdvice } from './documents/advice.js'
import type { VerifierEvent } from './options.js'

/** An outage that begins so soon after the last one, in milliseconds, is the same to people. */
const QUIET = 60_000

/** How many different sentences there can be in the life of a process, outages aside. */
const MOST_SENTENCES = 100

/** @param now milliseconds since 1970 */
export function createConsoleLog(now: () => number): (event: VerifierEvent) => void {
  const outages = new Map<string, { toldAt: number; isOver: boolean }>()
  const told = new Set<string>()

  return (event) => {
    switch (event.type) {
      case 'keys_failed':
        return fail('keys', event, 'tokens are answered with 503 once no good keys are left')
      case 'keys_recovered':
        return recover('keys', event)
      case 'revocations_failed':
        return fail('revocations', event, 'a sign-out counts only once a token expires')
      case 'revocations_recovered':
        return recover('revocations', event)
      case 'key_refused':
        return warn(`A key of ${event.url} is not used: ${event.reason}.`)
      case 'store_failed':
        return warn(`The store for ${event.url} failed: ${event.reason}.`)
      case 'clock_differs':
        return warn(
          `The clock of this process is ${Math.abs(event.seconds)} s ${event.seconds > 0 ? 'ahead of' : 'behind'} that of ${event.url}: set it right (NTP), or good tokens are refused.`,
        )
    }
  }

  function fail(
    kind: DocumentKind,
    { url, reason }: { url: string; reason: string },
    consequence: string,
  ): void {
    const outage = outages.get(url)
    if (outage !== undefined && (!outage.isOver || now() - outage.toldAt < QUIET)) return
    outages.set(url, { toldAt: now(), isOver: false })
    const advice = toAdvice(reason, url, kind)
    const cure = advice === null ? '' : ` ${advice}`
    // Some reasons are sentences of their own.
    const sentence = reason.replace(/\.$/, '')
    write(`No ${kind} from ${url}: ${sentence}.${cure} Until then ${consequence}.`)
  }

  function recover(kind: DocumentKind, { url }: { url: string }): void {
    const outage = outages.get(url)
    if (outage === undefined || outage.isOver) return
    outage.isOver = true
    write(`The ${kind} from ${url} are there again.`)
  }

  function warn(sentence: string): void {
    if (told.has(sentence) || told.size >= MOST_SENTENCES) return
    told.add(sentence)
    write(sentence)
  }
}

function write(sentence: string): void {
  // biome-ignore lint/suspicious/noConsole: the one place where the library speaks
  console.warn(`claimcheck: ${sentence}`)
}
