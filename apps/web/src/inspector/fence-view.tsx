/** Row-level security, as Postgres has it: what it lets through, and by which rule. */

import { inspectorCopy } from '../copy/inspector.js'
import type { Inspection } from '../tasks/api/wire.js'
import { Facts } from './hop.js'

const words = inspectorCopy.fence

export function FenceView({ fence }: { readonly fence: Inspection['fence'] }) {
  const { role, policies, rows } = fence
  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-2 divide-x divide-line rounded-md border border-line bg-card">
        <Count label={words.visible(rows.visible)} value={rows.visible} />
        <Count label={words.inTable(rows.inTable)} value={rows.inTable} />
      </dl>
      <Facts
        facts={[
          [words.role, role],
          ...policies.map(
            ({ name, restrictive, using, check }) =>
              [
                name,
                <span key={name}>
                  {restrictive ? words.narrows : words.allows}
                  {using !== null && <Rule label={words.rows} sql={using} />}
                  {check !== null && check !== using && <Rule label={words.writes} sql={check} />}
                </span>,
              ] as const,
          ),
        ]}
      />
    </div>
  )
}

function Count({ label, value }: { readonly label: string; readonly value: number }) {
  return (
    <div className="flex flex-col-reverse px-4 py-3">
      <dt className="text-quiet">{label}</dt>
      <dd className="font-mono text-20 tabular-nums">{value}</dd>
    </div>
  )
}

function Rule({ label, sql }: { readonly label: string; readonly sql: string }) {
  return (
    <span className="mt-1 block">
      <span className="font-sans text-quiet">{label}: </span>
      <code className="break-words">{sql}</code>
    </span>
  )
}
