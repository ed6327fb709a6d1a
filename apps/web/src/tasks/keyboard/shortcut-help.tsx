'use client'
/** The help sheet: every key of the registry, and a switch for people whom single keys get in the way of. */

import { tasksCopy } from '../../copy/tasks.js'
import { Button } from '../../ui/button.js'
import { Dialog } from '../../ui/dialog.js'
import { Kbd } from '../../ui/kbd.js'
import { shortcuts } from './shortcuts.js'

export interface ShortcutHelpProps {
  readonly open: boolean
  onOpenChange(open: boolean): void
  readonly enabled: boolean
  onEnabledChange(enabled: boolean): void
}

const words = tasksCopy.shortcuts

export function ShortcutHelp(props: ShortcutHelpProps) {
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={words.title}
      description={words.note}
      isText
    >
      <dl className="divide-y divide-line border-line border-y">
        {shortcuts.map(({ label, shown }) => (
          <div key={label} className="flex items-center justify-between gap-4 py-2">
            <dt>{label}</dt>
            <dd className="flex gap-1">
              {shown.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-3">
        <label className="flex items-center gap-2 py-2">
          <input
            type="checkbox"
            checked={props.enabled}
            onChange={(event) => props.onEnabledChange(event.currentTarget.checked)}
            className="size-4"
          />
          {words.enabled}
        </label>
        <Button onClick={() => props.onOpenChange(false)}>{words.close}</Button>
      </div>
    </Dialog>
  )
}
