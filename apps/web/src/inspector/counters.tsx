/**
 * What the API did since it started, from the verifier's own statistics; the one number that
 * matters first.
 */

import { inspectorCopy } from '../copy/inspector.js'
import type { Inspection } from '../tasks/api/wire.js'
import { classes } from '../ui/classes.js'

const words = inspectorCopy.counters

export function Counters({ inspection }: { readonly inspection: Inspection }) {
  const { verifier, keys, revocations } = inspection
  const counts: ReadonlyArray<readonly [label: (count: number) => string, value: number]> = [
    [words.onPath, verifier.waited],
    [words.accepted, verifier.accepted],
    [words.refused, verifier.refused],
    [words.keys, keys.requests],
    ...(revocations === null ? [] : [[words.feed, revocations.requests] as const]),
  ]
  return (
    <dl className="grid grid-cols-2 items-start gap-x-6 gap-y-4 sm:grid-cols-[2fr_1fr_1fr_1fr_1fr]">
      {counts.map(([label, value], index) => (
        <div
          key={label(0)}
          className={classes(
            'flex flex-col-reverse justify-end',
            index === 0 && 'max-sm:col-span-2',
            index > 2 && 'max-sm:hidden',
          )}
        >
          <dt className="text-12 text-quiet">{label(value)}</dt>
          <dd
            className={classes(
              'font-mono tabular-nums',
              index === 0 ? 'font-semibold text-28' : 'text-16',
            )}
          >
            {value.toLocaleString('en-GB')}
          </dd>
        </div>
      ))}
    </dl>
  )
}
