/** Requests of a session in a row, one dot each: they turn at the moment it has ended. */

import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'

export interface SessionStripProps {
  readonly accepted: number
  readonly isRefused?: boolean
  /** Says the same in words. */
  readonly text: string
}

/** The newest; more would not fit on a phone. */
const MOST = 60

export function SessionStrip({ accepted, isRefused = false, text }: SessionStripProps) {
  const dots = Array.from({ length: Math.min(accepted, MOST) }, (_, index) => index)
  return (
    <div>
      <div aria-hidden="true" className="mb-2 flex flex-wrap items-center gap-1">
        {dots.map((index) => (
          <span key={index} className={classes('size-2 rounded-full', 'bg-good')} />
        ))}
        {isRefused && <Icon name="cross" className="size-4 text-bad" />}
      </div>
      <p>{text}</p>
    </div>
  )
}
