/**
 * The dashboard. The first list is fetched here, so that the first paint shows tasks; then the browser asks the API
 * itself.
 */

import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getAuth, getEnv } from '../../auth/running.js'
import { tasksCopy } from '../../copy/tasks.js'
import { toSignIn } from '../../session/next-path.js'
import { RefusedError, UnavailableError } from '../../tasks/api/failures.js'
import { toQueryString } from '../../tasks/api/list-query.js'
import { openServerApi } from '../../tasks/api/server-api.js'
import {
  type ListState,
  readListState,
  toAddress,
  toListQuery,
} from '../../tasks/list-state/views.js'
import type { EngineOptions } from '../../tasks/sync/engine.js'
import { TaskApp } from '../../tasks/task-app.js'
import { toDayIn } from '../../time/day.js'
import { DeadlineError, inTime } from '../../time/deadline.js'
import { readTimeZone, timeZoneCookie } from '../../time/time-zone.js'
import { readTheme, themeCookie } from '../../ui/theme.js'
import { addTask } from './actions.js'

export interface DashboardPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/** Milliseconds. A database that hangs ends at the page that says so, and not in a wait without end. */
const SESSION_PATIENCE = 8_000
/** Milliseconds. When the API needs longer, the page comes without tasks and the browser goes on asking. */
const PATIENCE = 1_500
/** Milliseconds for that, and for the token before it. */
const FIRST_PATIENCE = 3_000

export async function generateMetadata({ searchParams }: DashboardPageProps): Promise<Metadata> {
  const { view } = readListState(toParameters(await searchParams))
  return { title: tasksCopy.views[view], robots: { index: false } }
}

export default async function DashboardPage({ searchParams }: DashboardPageProps) {
  const state = readListState(toParameters(await searchParams))
  const session = await inTime(
    getAuth().api.getSession({ headers: await headers() }),
    SESSION_PATIENCE,
  )
  if (!session) redirect(toSignIn(toAddress(state)))
  const jar = await cookies()
  const timeZone = readTimeZone(jar.get(timeZoneCookie)?.value)
  const today = toDayIn(timeZone, new Date())
  const { id, name, email } = session.user
  const { apiUrl, inspector } = getEnv().public
  return (
    <TaskApp
      person={{ id, name, email }}
      apiUrl={apiUrl}
      hasInspector={inspector}
      timeZone={timeZone}
      first={await inTime(fetchFirst(state, today), FIRST_PATIENCE).catch(passDeadline)}
      theme={readTheme(jar.get(themeCookie)?.value)}
      today={today}
      addTask={addTask}
      formId={randomUUID()}
    />
  )
}

/** The browser asks by itself for what did not come. */
function passDeadline(error: unknown): null {
  if (error instanceof DeadlineError) return null
  throw error
}

async function fetchFirst(state: ListState, today: string): Promise<EngineOptions['first']> {
  const query = toListQuery(state)
  try {
    const url = getEnv().apiInternalUrl
    const api = await openServerApi({ auth: getAuth(), url, timeout: PATIENCE })
    if (!api) return null
    const [page, counts] = await Promise.all([
      api.list(toQueryString(query), null),
      api.count(today).catch(passFailure),
    ])
    return { query, page, counted: counts && { today, counts } }
  } catch (error) {
    return passFailure(error)
  }
}

/** The browser asks again, and shows what it is told. */
function passFailure(error: unknown): null {
  if (error instanceof UnavailableError || error instanceof RefusedError) return null
  throw error
}

function toParameters(values: Awaited<DashboardPageProps['searchParams']>): URLSearchParams {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return new URLSearchParams(pairs)
}
