'use client'
/** Downloads every task: fetched from the API with the person's token, put into a file here. */

import { SignedOutError, TokenUnavailableError } from 'claimcheck/client'
import { useState } from 'react'
import { accountCopy } from '../copy/account.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { useTokens } from '../session/tokens-context.js'
import type { Outcome } from '../session/use-submit.js'
import { createTasksApi } from '../tasks/api/api.js'
import { RefusedError, UnavailableError } from '../tasks/api/failures.js'
import { Button } from '../ui/button.js'
import { fetchAllTasks, toCsvFile, toJsonFile } from './task-export.js'

export interface ExportButtonsProps {
  readonly name: string
  readonly email: string
  /** Origin of the task API. */
  readonly apiUrl: string
}

type Format = 'json' | 'csv'

const words = accountCopy.export
const TIMEOUT = 30_000

export function ExportButtons({ name, email, apiUrl }: ExportButtonsProps) {
  const tokens = useTokens()
  const [busy, setBusy] = useState<Format | null>(null)
  const [count, setCount] = useState(0)
  const [outcome, setOutcome] = useState<Outcome | null>(null)

  async function download(format: Format): Promise<void> {
    setBusy(format)
    setCount(0)
    setOutcome(null)
    try {
      const api = createTasksApi({ url: apiUrl, fetch: tokens.fetch, timeout: TIMEOUT })
      const exportedAt = new Date()
      const tasks = await fetchAllTasks(api, setCount)
      const text =
        format === 'csv' ? toCsvFile(tasks) : toJsonFile({ name, email, exportedAt }, tasks)
      const day = exportedAt.toISOString().slice(0, 10)
      save(`claimcheck-tasks-${day}.${format}`, text, types[format])
      setOutcome({ tone: 'good', text: words.done(tasks.length) })
    } catch (error) {
      setOutcome({ tone: 'bad', text: describeFailure(error) })
    } finally {
      setBusy(null)
    }
  }

  return (
    <div className="space-y-4">
      <OutcomeNotice outcome={outcome} />
      <div className="flex flex-wrap items-center gap-2">
        <Button busy={busy !== null} onClick={() => void download('json')}>
          {words.json}
        </Button>
        <Button busy={busy !== null} onClick={() => void download('csv')}>
          {words.csv}
        </Button>
        <p role="status" className="animate-late text-quiet tabular-nums">
          {busy && words.busy(count)}
        </p>
      </div>
    </div>
  )
}

const types: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv;charset=utf-8',
}

function save(fileName: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The browser has taken hold of the data by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}

/** Rethrows what is none of the ways in which this is known to fail. */
function describeFailure(error: unknown): string {
  if (error instanceof SignedOutError) return words.signedOut
  if (error instanceof RefusedError) return words.failed
  if (error instanceof TokenUnavailableError) {
    return error.retryAfter > 0 ? words.busyService(error.retryAfter) : words.unreachable
  }
  if (!(error instanceof UnavailableError)) throw error
  return error.reason === 'busy'
    ? words.busyService(Math.max(1, Math.ceil(error.retryAfter ?? 60)))
    : words.unreachable
}
