/** A sentence in the page that wants to be read: what happened, whether anything was lost, what to do. */

import type { ReactNode } from 'react'
import { classes } from './classes.js'
import { Icon, type IconName } from './icon.js'

export type NoticeTone = 'info' | 'good' | 'warn' | 'bad'

export interface NoticeProps {
  readonly tone?: NoticeTone
  readonly title?: string
  readonly children: ReactNode
  /** Buttons or links, at the end. */
  readonly actions?: ReactNode
  /** Announce it when it appears: politely, or at once for something that went wrong. */
  readonly live?: 'status' | 'alert'
  readonly className?: string
}

export function Notice({ tone = 'info', title, children, actions, live, className }: NoticeProps) {
  return (
    <div
      role={live}
      className={classes(
        'flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border border-line bg-card px-4 py-3',
        className,
      )}
    >
      <Icon name={icons[tone]} className={classes(actions ? 'mt-1.5' : 'mt-px', colours[tone])} />
      <div className={classes('flex-1', actions === undefined ? 'min-w-0' : 'min-w-48 py-1.5')}>
        {title && <p className="font-medium">{title}</p>}
        <div className={title ? 'text-quiet' : undefined}>{children}</div>
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}

const icons: Record<NoticeTone, IconName> = {
  info: 'info',
  good: 'check',
  warn: 'warning',
  bad: 'warning',
}

const colours: Record<NoticeTone, string> = {
  info: 'text-quiet',
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
}
