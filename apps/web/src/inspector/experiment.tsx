'use client'
/** One way to break a request: a button, and the real answer. */

import { SignedOutError, TokenUnavailableError } from 'claimcheck/client'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { Button } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import { Notice } from '../ui/notice.js'
import type { Answer } from './answer.js'
import { nameRefusal } from './check-list.js'
import { CopyButtons } from './copy-buttons.js'
import { SiteError, TooManyError } from './experiments.js'
import { Facts } from './hop.js'

const words = inspectorCopy.experiments

export interface ExperimentProps {
  readonly title: string
  readonly text: string
  readonly button: string
  /** What can be chosen before. */
  readonly children?: ReactNode
  /** What it returns is shown and read out in the end. */
  run(tools: RunTools): Promise<ReactNode>
}

export interface RunTools {
  /** Shows how far it is, below the result, without reading it out. */
  show(progress: ReactNode): void
  /** Aborted when the page is left. */
  readonly signal: AbortSignal
}

export function Experiment({ title, text, button, children, run }: ExperimentProps) {
  const [result, setResult] = useState<ReactNode>(null)
  const [progress, setProgress] = useState<ReactNode>(null)
  const [isBusy, setBusy] = useState(false)
  const leaving = useRef<AbortController | null>(null)

  useEffect(() => () => leaving.current?.abort(), [])

  async function start(): Promise<void> {
    const leave = new AbortController()
    leaving.current = leave
    setBusy(true)
    setResult(null)
    setProgress(null)
    try {
      setResult(await run({ show: setProgress, signal: leave.signal }))
    } catch (error) {
      setProgress(null)
      setResult(<Notice tone="warn">{describeFailure(error)}</Notice>)
    } finally {
      setBusy(false)
    }
  }

  return (
    <section aria-label={title} className="min-w-0 rounded-md border border-line bg-card p-4">
      <h5 className="font-medium">{title}</h5>
      <p className="mt-1 text-quiet">{text}</p>
      {children && <div className="mt-4">{children}</div>}
      <div className="mt-4">
        <Button size="small" busy={isBusy} onClick={start}>
          {button}
        </Button>
      </div>
      <div role="status" className="mt-4 empty:hidden">
        {result}
      </div>
      {progress && <div className="mt-4">{progress}</div>}
    </section>
  )
}

/** Rethrows what is none of the ways in which this is known to fail. */
function describeFailure(error: unknown): string {
  if (error instanceof TooManyError) return words.tooMany
  if (error instanceof SiteError) return words.siteFailed
  if (error instanceof SignedOutError) return words.signedOut
  // What fetch says when there was no answer.
  if (error instanceof TypeError || error instanceof TokenUnavailableError) return words.failed
  throw error
}

export interface AnswerViewProps {
  /** Of the experiment. */
  readonly title: string
  readonly answer: Answer
}

/** An answer as it came: status, code, which check said so, sentence, challenge. */
export function AnswerView({ title, answer }: AnswerViewProps) {
  const { status, code, detail, challenge, requestId, checks, milliseconds } = answer
  const stopped = checks.find(({ outcome }) => outcome !== 'passed')
  const facts: Array<readonly [string, ReactNode]> = []
  if (stopped) facts.push([words.stopped, <Prose key="stopped">{nameRefusal(stopped.name)}</Prose>])
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
      <CopyButtons title={title} answer={answer} />
    </div>
  )
}

function Verdict({ status }: { readonly status: number }) {
  const [tone, icon, label] =
    // What is sent here is no good: to be refused is how it should end.
    status < 400
      ? (['text-bad', 'cross', words.allowed] as const)
      : status < 500
        ? (['text-good', 'check', words.refused] as const)
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
