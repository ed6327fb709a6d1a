'use client'
/** Above the trash: how long things stay in it, and the button that empties it. */

import { useState } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { useEngine } from './sync/engine-context.js'
import { useConnectionState, useEmptied, usePending } from './sync/use-stores.js'

export function EmptyTrash() {
  const { emptying } = useEngine()
  const [isBusy, setBusy] = useState(false)
  // What waits to be put into the trash would not go with the rest.
  const hasPending = usePending().length > 0
  const isUp = useConnectionState().kind === 'up'
  const isBegun = useEmptied() !== null

  async function empty(): Promise<void> {
    setBusy(true)
    await emptying.begin()
    setBusy(false)
  }

  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pt-2">
      <p className="text-12 text-quiet">{tasksCopy.states.trashNote}</p>
      <Button
        size="small"
        busy={isBusy}
        disabled={hasPending || !isUp || isBegun}
        onClick={() => void empty()}
      >
        {tasksCopy.states.emptyTrash}
      </Button>
    </div>
  )
}
