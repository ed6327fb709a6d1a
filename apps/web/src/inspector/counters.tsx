// What the API did since it started, from the verifier's own statistics.

import { inspectorCopy } from '../copy/inspector.js'
import type { Inspection } from './inspection.js'

const words = inspectorCopy.counters

export function Counters({ inspection }: { readonly inspection: Inspection }) {
  const { verifier, keys, revocations } = inspection
  const counts: ReadonlyArray<readonly [label: string, value: number]> = [
    [words.accepted, verifier.accepted],
    [words.refused, verifier.refused],
    [words.onPath, verifier.waited],
    [words.keys, keys.requests],
    ...(revocations === null ? [] : [[words.feed, revocations.requests] as const]),
  ]
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-5">
      {counts.map(([label, value]) => (
        <div key={label} className="flex flex-col-reverse justify-end">
          <dt className="text-12 text-quiet">{label}</dt>
          <dd className="font-mono text-20 tabular-nums">{value.toLocaleString('en-GB')}</dd>
        </div>
      ))}
    </dl>
  )
}
