// One stage of the journey: what happens there, with the time it took.

import type { ReactNode } from 'react'
import { inspectorCopy } from '../copy/inspector.js'

export interface HopProps {
  readonly title: string
  readonly text: string
  /** Milliseconds; null while it is under way, undefined where nothing is waited for. */
  readonly time?: number | null | undefined
  readonly children?: ReactNode
}

export function Hop({ title, text, time, children }: HopProps) {
  return (
    <li className="relative border-line border-l pb-8 pl-6 last:border-transparent last:pb-0">
      <span
        aria-hidden="true"
        className="absolute top-1 -left-[5px] size-[9px] rounded-full border border-edge bg-paper"
      />
      <div className="flex items-baseline justify-between gap-4">
        <h3 className="font-semibold text-16">{title}</h3>
        {time != null && (
          <p className="shrink-0 font-mono text-12 text-quiet tabular-nums">
            {inspectorCopy.time(time)}
          </p>
        )}
      </div>
      <p className="mt-1 text-quiet">{text}</p>
      {children && <div className="mt-4">{children}</div>}
    </li>
  )
}

export interface FactsProps {
  readonly facts: ReadonlyArray<readonly [term: string, value: ReactNode]>
}

/** Names and values, one to a line. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className="grid gap-x-6 gap-y-2 rounded-md border border-line bg-card px-4 py-3 sm:grid-cols-[auto_1fr] sm:gap-y-1.5">
      {facts.map(([term, value]) => (
        <div key={term} className="min-w-0 sm:contents">
          <dt className="text-quiet max-sm:text-12">{term}</dt>
          <dd className="min-w-0 break-words font-mono text-12 leading-[1.75] tabular-nums">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
