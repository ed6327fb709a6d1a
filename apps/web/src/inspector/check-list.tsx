// The verifier's own trace, check by check.

import { inspectorCopy } from '../copy/inspector.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import type { Check } from './answer.js'

const words = inspectorCopy.checks

export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <div className="rounded-md border border-line bg-card">
      <table className="w-full text-left">
        <thead className="sr-only">
          <tr>
            <th scope="col">{words.check}</th>
            <th scope="col">{words.result}</th>
            <th scope="col">{words.time}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <tr key={check.name} className="border-line border-b last:border-b-0">
              <td className="py-1.5 pl-4">{nameCheck(check.name)}</td>
              <td className="px-2 py-1.5">
                <Outcome outcome={check.outcome} />
              </td>
              <td className="whitespace-nowrap py-1.5 pr-4 text-right font-mono text-12 text-quiet tabular-nums">
                {inspectorCopy.time(check.duration)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What a check asks, in a sentence. */
export function nameCheck(name: string): string {
  return words.names[name] ?? name
}

function Outcome({ outcome }: { readonly outcome: string }) {
  const isPassed = outcome === 'passed'
  const label = isPassed
    ? words.passed
    : outcome === 'unavailable'
      ? words.unavailable
      : words.refused
  return (
    <span className={classes('flex items-center gap-1.5', isPassed ? 'text-good' : 'text-bad')}>
      <Icon name={isPassed ? 'check' : 'cross'} className="size-4" />
      <span className="max-sm:sr-only">{label}</span>
    </span>
  )
}
