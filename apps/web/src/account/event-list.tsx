/** What happened to the account lately, the newest first. */

import type { AccountEventKind } from '../auth/account-log.js'
import { accountCopy } from '../copy/account.js'

export interface EventListProps {
  readonly events: readonly {
    readonly kind: AccountEventKind
    /** `Firefox on Linux` */
    readonly device: string
    readonly address: string | null
    /** `today at 14:05` */
    readonly when: string
  }[]
}

const words = accountCopy.events

export function EventList({ events }: EventListProps) {
  if (events.length === 0) return <p className="text-quiet">{words.none}</p>
  return (
    <ol className="divide-y divide-line border-line border-y">
      {events.map(({ kind, device, address, when }, index) => (
        // They never change places, and two may say the same.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index} className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
          <p className="font-medium">{words.kinds[kind]}</p>
          <p className="text-quiet">{when}</p>
          <p className="basis-full break-words text-quiet">
            {address ? words.from(device, address) : device}
          </p>
        </li>
      ))}
    </ol>
  )
}
