/**
 * The verifier's own trace: four groups of checks, each folded, with the time it took of the
 * whole.
 */

import { inspectorCopy } from '../copy/inspector.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import type { Check } from './answer.js'

const words = inspectorCopy.checks

export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  const whole = sumUp(checks)
  return (
    <div className="divide-y divide-line rounded-md border border-line bg-card">
      {groupChecks(checks).map(([group, members]) => (
        <details key={group} className="group">
          <summary className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[10rem_7rem_1fr_5rem]">
            <span className="font-medium">{words.groups[group]}</span>
            <GroupOutcome checks={members} />
            <Bar part={sumUp(members) / whole} />
            <Time milliseconds={sumUp(members)} />
          </summary>
          <table className="w-full border-line border-t text-left">
            <thead className="sr-only">
              <tr>
                <th scope="col">{words.check}</th>
                <th scope="col">{words.result}</th>
                <th scope="col">{words.time}</th>
              </tr>
            </thead>
            <tbody>
              {members.map((check) => (
                <tr key={check.name} className="border-line border-b last:border-b-0">
                  <td className="py-1.5 pl-4">{nameCheck(check.name)}</td>
                  <td className="px-2 py-1.5">
                    <Outcome outcome={check.outcome} />
                  </td>
                  <td className="py-1.5 pr-4 text-right">
                    <Time milliseconds={check.duration} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </div>
  )
}

/** What a check asks, in a sentence. */
function nameCheck(name: string): string {
  return words.names[name] ?? name
}

/** What was found by a check that refused, in a sentence that reads forwards. */
export function nameRefusal(name: string): string {
  return words.refusals[name] ?? nameCheck(name)
}

export function sumUp(checks: ReadonlyArray<{ readonly duration: number }>): number {
  return checks.reduce((sum, { duration }) => sum + duration, 0)
}

type Group = keyof typeof words.groups

/** In the order in which the verifier works. */
function groupChecks(checks: readonly Check[]): ReadonlyArray<readonly [Group, readonly Check[]]> {
  const groups = new Map<Group, Check[]>()
  for (const check of checks) {
    const group = words.groupOf[check.name] ?? 'claims'
    groups.set(group, [...(groups.get(group) ?? []), check])
  }
  return [...groups]
}

function GroupOutcome({ checks }: { readonly checks: readonly Check[] }) {
  const failed = checks.find(({ outcome }) => outcome !== 'passed')
  if (failed) return <Outcome outcome={failed.outcome} />
  return (
    <span className="flex items-center gap-1.5 text-good">
      <Icon name="check" className="size-4" />
      {words.allPassed(checks.length)}
    </span>
  )
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

/** @param part 0 to 1. */
function Bar({ part }: { readonly part: number }) {
  return (
    <span aria-hidden="true" className="h-1.5 rounded-sm bg-wash max-sm:hidden">
      <span
        className="block h-full min-w-px rounded-sm bg-edge"
        style={{ width: `${Math.round(part * 100)}%` }}
      />
    </span>
  )
}

function Time({ milliseconds }: { readonly milliseconds: number }) {
  return (
    <span className="whitespace-nowrap text-right font-mono text-12 text-quiet tabular-nums">
      {inspectorCopy.time(milliseconds)}
    </span>
  )
}
