// The dashboard. The first list is fetched here, so that the first paint shows tasks; then the browser asks the API itself.

import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { toSignIn } from '../../account/next-path.js'
import { getAuth, getEnv } from '../../auth/server.js'
import { tasksCopy } from '../../copy/tasks.js'
import { toDayIn } from '../../tasks/day.js'
import type { EngineOptions } from '../../tasks/engine.js'
import { RefusedError, UnavailableError } from '../../tasks/failures.js'
import { toQueryString } from '../../tasks/list-query.js'
import { openServerApi } from '../../tasks/server-api.js'
import { TaskApp } from '../../tasks/task-app.js'
import { type ListState, readListState, toAddress, toListQuery } from '../../tasks/views.js'
import { readTheme, themeCookie } from '../../ui/theme.js'
import { readTimeZone, timeZoneCookie } from '../../ui/time-zone.js'
import { addTask } from './actions.js'

export interface DashboardPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/** Milliseconds. When the API needs longer, the page comes without tasks and the browser goes on asking. */
const patience = 1_500

export async function generateMetadata({ searchParams }: DashboardPageProps): Promise<Metadata> {
  const { view } = readListState(toParameters(await searchParams))
  return { title: tasksCopy.views[view] }
}

export default async function DashboardPage({ searchParams }: DashboardPageProps) {
  const state = readListState(toParameters(await searchParams))
  const session = await getAuth().api.getSession({ headers: await headers() })
  if (!session) redirect(toSignIn(toAddress(state)))
  const jar = await cookies()
  const timeZone = readTimeZone(jar.get(timeZoneCookie)?.value)
  const { id, name, email } = session.user
  const { apiUrl, inspector } = getEnv().public
  return (
    <TaskApp
      person={{ id, name, email }}
      apiUrl={apiUrl}
      hasInspector={inspector}
      timeZone={timeZone}
      first={await fetchFirst(state)}
      theme={readTheme(jar.get(themeCookie)?.value)}
      today={toDayIn(timeZone, new Date())}
      addTask={addTask}
      formId={randomUUID()}
    />
  )
}

async function fetchFirst(state: ListState): Promise<EngineOptions['first']> {
  const query = toListQuery(state)
  try {
    const api = await openServerApi(patience)
    if (!api) return null
    return { query, page: await api.list(toQueryString(query), null) }
  } catch (error) {
    // The browser asks again, and shows what it is told.
    if (error instanceof UnavailableError || error instanceof RefusedError) return null
    throw error
  }
}

function toParameters(values: Awaited<DashboardPageProps['searchParams']>): URLSearchParams {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return new URLSearchParams(pairs)
}
