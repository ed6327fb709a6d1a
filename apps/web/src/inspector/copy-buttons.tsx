'use client'
/**
 * Takes a result along: as a command that does the same, or as a few lines to share. Neither holds
 * a token.
 */

import { useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { Button } from '../ui/button.js'
import { Icon } from '../ui/icon.js'
import type { Answer } from './answer.js'
import { nameRefusal } from './check-list.js'

export interface CopyButtonsProps {
  /** Of the experiment. */
  readonly title: string
  readonly answer: Answer
}

const words = inspectorCopy.copy

export function CopyButtons({ title, answer }: CopyButtonsProps) {
  const [copied, setCopied] = useState<string | null>(null)

  async function copy(text: string, done: string): Promise<void> {
    // A browser without a clipboard, or one that is not allowed to use it, is told of as well.
    const isDone = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
    setCopied(isDone ? done : words.failed)
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="small" onClick={() => copy(toCommand(answer), words.commandDone)}>
        <Icon name="copy" className="size-4" />
        {words.command}
      </Button>
      <Button size="small" onClick={() => copy(toCard(title, answer), words.cardDone)}>
        <Icon name="copy" className="size-4" />
        {words.card}
      </Button>
      <span role="status" className="text-12 text-quiet">
        {copied}
      </span>
    </div>
  )
}

/** For a shell; the token stands for whatever the variable holds. */
export function toCommand({ url }: Answer): string {
  return `curl -i '${url.replaceAll("'", '%27')}' -H "Authorization: Bearer $TOKEN"`
}

/** Nothing in it names the person, the session, or a key. */
export function toCard(title: string, { status, code, checks, milliseconds }: Answer): string {
  const stopped = checks.find(({ outcome }) => outcome !== 'passed')
  return [
    `${title}: ${status} ${code ?? ''}`.trim(),
    ...(stopped ? [nameRefusal(stopped.name)] : []),
    words.cardTime(inspectorCopy.time(milliseconds)),
  ].join('\n')
}
