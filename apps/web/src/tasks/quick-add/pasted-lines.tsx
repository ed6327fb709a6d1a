'use client'
/** Several lines were pasted into the field for one task: asks whether they are several tasks. */

import { tasksCopy } from '../../copy/tasks.js'
import { Button } from '../../ui/button.js'
import { limits } from '../api/task.js'

export interface PastedLinesProps {
  /** None when nothing is to be asked. */
  readonly lines: readonly string[]
  onSplit(): void
  onKeep(): void
}

const words = tasksCopy.quickAdd
/** More than that at once is more likely a document than a list. */
const MOST = 50

export function PastedLines({ lines, onSplit, onKeep }: PastedLinesProps) {
  if (lines.length === 0) return null
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 pt-2">
      <p className="mr-auto">{words.pasted(lines.length)}</p>
      <Button size="small" onClick={onSplit}>
        {words.addEach(lines.length)}
      </Button>
      <Button size="small" tone="quiet" onClick={onKeep}>
        {words.addOne}
      </Button>
    </div>
  )
}

/** The lines that hold something, without the marks of a list. */
export function readLines(text: string): readonly string[] {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^\s*([-*•]|\d+[.)]|\[[ x]\])\s+/, '').trim())
    .filter(Boolean)
  return lines.slice(0, MOST).map((line) => line.slice(0, limits.title))
}
