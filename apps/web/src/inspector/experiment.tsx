'use client'
// One way to break a request: a button, and the real answer.

import { type ReactNode, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { Button } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import { Notice } from '../ui/notice.js'
import type { Answer } from './answer.js'
import { nameCheck } from './check-list.js'
import { Facts } from './hop.js'

const words = inspectorCopy.experiments

export interface ExperimentProps {
  readonly title: string
  readonly text: string
  readonly button: string
  /** Shows something of its own while it runs; what it returns is shown in the end. */
  run(show: (progress: ReactNode) => void): Promise<ReactNode>
}

export function Experiment({ title, text, button, run }: ExperimentProps) {
  const [result, setResult] = useState<ReactNode>(null)
  const [isBusy, setBusy] = useState(false)

  async function start(): Promise<void> {
    setBusy(true)
    setResult(null)
    try {
      setResult(await run(setResult))
    } catch {
      // The connection, an action of the site, a token that could not be had: either way there is no answer to show.
      setResult(
        <Notice tone="warn" live="alert">
          {words.failed}
        </Notice>,
      )
    } finally {
      setBusy(false)
    }
  }

  return (
    <section aria-label={title} className="rounded-md border border-line bg-card p-5">
      <h3 className="font-semibold">{title}</h3>
      <p className="mt-1 text-quiet">{text}</p>
      <div className="mt-4">
        <Button busy={isBusy} onClick={start}>
          {button}
        </Button>
      </div>
      <div aria-live="polite" className="mt-4 empty:hidden">
        {result}
      </div>
    </section>
  )
}

/** An answer as it came: status, code, sentence, challenge, and where the verifier stopped. */
export function AnswerView({ answer }: { readonly answer: Answer }) {
  const { status, code, detail, challenge, requestId, checks, milliseconds } = answer
  const stopped = checks.find(({ outcome }) => outcome !== 'passed')
  const facts: Array<readonly [string, ReactNode]> = []
  if (stopped) facts.push([words.stopped, <Prose key="stopped">{nameCheck(stopped.name)}</Prose>])
  if (detail) facts.push([words.detail, <Prose key="detail">{detail}</Prose>])
  if (challenge) facts.push([words.challenge, challenge])
  if (requestId) facts.push([words.requestId, requestId])
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap items-center gap-x-3">
        <Verdict status={status} />
        <span className="font-medium font-mono">
          {status} {code}
        </span>
        <span className="text-quiet">{words.after(inspectorCopy.time(milliseconds))}</span>
      </p>
      <Facts facts={facts} />
    </div>
  )
}

function Verdict({ status }: { readonly status: number }) {
  const [tone, icon, label] =
    status < 400
      ? (['text-good', 'check', words.allowed] as const)
      : status < 500
        ? (['text-bad', 'cross', words.refused] as const)
        : (['text-warn', 'warning', words.unavailable] as const)
  return (
    <span className={classes('flex items-center gap-1.5 font-medium', tone)}>
      <Icon name={icon} className="size-4" />
      {label}
    </span>
  )
}

function Prose({ children }: { readonly children: ReactNode }) {
  return <span className="font-sans text-14">{children}</span>
}
