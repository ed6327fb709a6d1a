'use client'
/** The token as a ticket torn in three: header, claims, signature. */

import { useEffect, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { toClockTime, toCountdown } from '../time/clock-time.js'
import type { SeenToken } from './use-journey.js'

const words = inspectorCopy.token

export function Ticket({ token }: { readonly token: SeenToken }) {
  return (
    <div className="overflow-hidden rounded-md border border-line bg-card">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4 border-line border-b px-4 py-2.5">
        <Countdown endsAt={token.endsAt} />
      </p>
      <Part title={words.header} values={token.header} meanings={words.headerMeanings} />
      <div className="perforated border-0 border-t-4">
        <Part title={words.claims} values={token.claims} meanings={words.claimMeanings} />
      </div>
      <div className="perforated border-0 border-t-4 px-4 py-3">
        <h4 className="font-medium">{words.signature}</h4>
        <p className="mt-1 text-quiet">{words.signatureText(token.signatureSize)}</p>
      </div>
    </div>
  )
}

/** Claims that are seconds since 1970 (RFC 7519 §2). */
const moments: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf'])

interface PartProps {
  readonly title: string
  readonly values: Readonly<Record<string, unknown>>
  readonly meanings: Readonly<Record<string, string>>
}

function Part({ title, values, meanings }: PartProps) {
  return (
    <section aria-label={title} className="px-4 py-3">
      <h4 className="font-medium">{title}</h4>
      <dl className="mt-2 space-y-2 sm:space-y-1">
        {Object.entries(values).map(([name, value]) => (
          <div
            key={name}
            className="grid grid-cols-[3rem_1fr] gap-x-3 sm:grid-cols-[3rem_minmax(0,1fr)_minmax(0,1fr)]"
          >
            <dt className="font-mono text-12 leading-[1.75]">{name}</dt>
            <dd className="min-w-0 break-all font-mono text-12 leading-[1.75] tabular-nums">
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </dd>
            <dd className="col-start-2 text-quiet sm:col-start-3">
              {meanings[name]}
              {moments.has(name) && `: ${toClockTime(Number(value))}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Countdown({ endsAt }: { readonly endsAt: number }) {
  const [left, setLeft] = useState(() => endsAt - performance.now())
  useEffect(() => {
    const tick = () => setLeft(endsAt - performance.now())
    tick()
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [endsAt])
  return (
    <span className="tabular-nums">{left > 0 ? words.left(toCountdown(left)) : words.over}</span>
  )
}
