/** An account of how a token was judged, kept by the same code that judges it. */
import type { Identity } from './contract.js'
import type { AuthError } from './errors.js'

/** One check of a decision. */
export interface TraceStep {
  /** What was looked at, such as "signature" or "audience". */
  readonly check: string
  readonly outcome: 'passed' | 'refused' | 'unavailable'
  /** What kind of thing was found, such as "string" or "absent"; never the value itself. */
  readonly found: string | null
  /** How long it took, in milliseconds, waiting included. */
  readonly milliseconds: number
}

/** What became of a token, and every check on the way, in order. The last step is the one that decided. */
export type Explanation = { readonly steps: readonly TraceStep[] } & (
  | { readonly identity: Identity; readonly error: null }
  | { readonly identity: null; readonly error: AuthError }
)

/** Told of each check as it begins. Absent, and free, on ordinary requests. */
export type Note = (check: string, found?: string) => void

/** Collects the checks of one decision; each ends where the next begins. */
export interface Trace {
  readonly note: Note
  /** Closes the last check with its outcome, and gives them all. */
  end(outcome: TraceStep['outcome']): readonly TraceStep[]
}

export function createTrace(): Trace {
  const steps: TraceStep[] = []
  let open: { check: string; found: string | null; since: number } | null = null

  return {
    note(check, found) {
      close('passed')
      open = { check, found: found ?? null, since: performance.now() }
    },
    end(outcome) {
      close(outcome)
      return steps
    },
  }

  function close(outcome: TraceStep['outcome']): void {
    if (open === null) return
    const { check, found, since } = open
    steps.push({ check, outcome, found, milliseconds: performance.now() - since })
    open = null
  }
}

/** The kind of a claim: enough to see a mistake by, and nothing to leak. */
export function toKind(value: unknown): string {
  if (value === undefined) return 'absent'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
