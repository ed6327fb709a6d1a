/** The published keys: which one signed the token, and which of them the API has. */

import { inspectorCopy } from '../copy/inspector.js'
import type { Inspection } from '../tasks/api/wire.js'
import type { PublishedKey } from './use-journey.js'

const words = inspectorCopy.keys

export interface KeyListProps {
  readonly published: readonly PublishedKey[]
  /** The `kid` of the person's token. */
  readonly signedWith: unknown
  readonly api: Inspection['keys']
}

export function KeyList({ published, signedWith, api }: KeyListProps) {
  return (
    <div className="rounded-md border border-line bg-card px-4 py-3">
      <h4 className="sr-only">{words.published}</h4>
      <ul className="space-y-1.5">
        {published.map(({ kid, alg }) => (
          <li key={kid} className="flex flex-wrap items-baseline gap-x-4">
            <span className="break-all font-mono text-12">
              {kid} {alg}
            </span>
            <span className="text-quiet">
              {kid === signedWith && `${words.matching}, `}
              {api.keyIds.includes(kid) ? words.known : words.unknown}
            </span>
          </li>
        ))}
      </ul>
      {api.age !== null && (
        <p className="mt-3 text-quiet tabular-nums">{words.age(Math.round(api.age / 1000))}</p>
      )}
    </div>
  )
}
