'use client'

/**
 * The page below its heading: one request between four actors, and what may be done to break it,
 * where it would break.
 */

import type { ReactNode } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { useTokens } from '../session/tokens-context.js'
import { Button } from '../ui/button.js'
import { Notice } from '../ui/notice.js'
import { Skeleton } from '../ui/skeleton.js'
import { CheckList, sumUp } from './check-list.js'
import { Counters } from './counters.js'
import { FenceView } from './fence-view.js'
import { Actors, Facts, Hop } from './hop.js'
import { type ExperimentPlace, type ExperimentsProps, HopExperiments } from './hop-experiments.js'
import { KeyList } from './key-list.js'
import { Ticket } from './ticket.js'
import { type FollowedJourney, tasksPath, useJourney } from './use-journey.js'

export interface InspectorProps extends Omit<ExperimentsProps, 'tokens' | 'subject'> {
  readonly cookie: CookieFacts
}

export interface CookieFacts {
  readonly name: string
  /** `HttpOnly; SameSite=Lax` */
  readonly flags: string
  /** `today at 14:05` */
  readonly since: string
  readonly until: string
}

export function Inspector({ cookie, ...experiments }: InspectorProps) {
  const tokens = useTokens()
  const journey = useJourney(tokens, experiments.apiUrl)
  const { inspection } = journey
  const { counters } = inspectorCopy
  return (
    <div className="mt-4 space-y-6 sm:mt-6 sm:space-y-8">
      {inspection && (
        <section aria-labelledby="counters">
          <h2 id="counters" className="sr-only">
            {counters.title}
          </h2>
          <Counters inspection={inspection} />
          {inspection.verifier.waited > 0 && (
            <p className="mt-2 text-12 text-quiet max-sm:hidden">{counters.waited}</p>
          )}
        </section>
      )}
      <section aria-labelledby="journey">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-4">
          <h2 id="journey" className="font-semibold text-16">
            {inspectorCopy.journey}
          </h2>
          {journey.tasks && (
            <Button size="small" onClick={journey.restart}>
              {inspectorCopy.again}
            </Button>
          )}
        </div>
        <JourneyView
          journey={journey}
          cookie={cookie}
          experimentsAt={(place) => (
            <HopExperiments
              {...experiments}
              place={place}
              subject={inspection?.identity.subject ?? ''}
              tokens={tokens}
            />
          )}
        />
      </section>
    </div>
  )
}

interface JourneyViewProps {
  readonly journey: FollowedJourney
  readonly cookie: CookieFacts
  /** The ways to break it that belong to a message. */
  experimentsAt(place: ExperimentPlace): ReactNode
}

function JourneyView({ journey, cookie, experimentsAt }: JourneyViewProps) {
  const { token, keys, first, latest, inspection, tasks, failure, restart } = journey
  const words = inspectorCopy
  return (
    <>
      {failure && (
        <Notice
          tone="warn"
          live="alert"
          className="mb-4"
          actions={<Button onClick={restart}>{words.failure.retry}</Button>}
        >
          {failure}
        </Notice>
      )}
      <Actors />
      <ol className="border-line border-b">
        <Hop title={words.cookie.title} text={words.cookie.text} arrow="browser-site">
          <Facts
            facts={[
              [words.cookie.name, cookie.name],
              [words.cookie.flags, cookie.flags],
              [words.cookie.since, cookie.since],
              [words.cookie.until, cookie.until],
            ]}
          />
          {experimentsAt('cookie')}
        </Hop>
        {token && (
          <Hop
            title={words.token.title}
            text={words.token.text}
            arrow="site-browser"
            time={token.milliseconds}
          >
            <Ticket token={token} />
            {experimentsAt('token')}
          </Hop>
        )}
        {keys && token && inspection && (
          <Hop
            title={words.keys.title}
            text={words.keys.text}
            arrow="api-site"
            time={keys.milliseconds}
          >
            <KeyList
              published={keys.published}
              signedWith={token.header.kid}
              api={inspection.keys}
            />
            {experimentsAt('keys')}
          </Hop>
        )}
        {first && latest && (
          <Hop
            title={words.checks.title}
            text={words.checks.text}
            arrow="browser-api"
            time={sumUp(first.checks)}
          >
            <CheckList checks={first.checks} />
            {latest !== first && (
              <p className="text-quiet">
                {words.checks.again(latest.checks.length - 1, words.time(sumUp(latest.checks)))}
              </p>
            )}
            {experimentsAt('checks')}
          </Hop>
        )}
        {inspection && (
          <Hop title={words.identity.title} text={words.identity.text} arrow="api-api">
            <Facts
              facts={[
                [words.identity.subject, inspection.identity.subject],
                [words.identity.session, inspection.identity.sessionId ?? words.identity.none],
              ]}
            />
            {experimentsAt('identity')}
          </Hop>
        )}
        {inspection && (
          <Hop
            title={words.fence.title}
            text={words.fence.text}
            arrow="api-postgres"
            time={inspection.fence.milliseconds}
          >
            <FenceView fence={inspection.fence} />
          </Hop>
        )}
        {tasks && (
          <Hop
            title={words.answer.title}
            text={words.answer.text}
            arrow="api-browser"
            time={tasks.milliseconds}
          >
            <Facts
              facts={[
                [words.answer.request, `GET ${tasksPath}`],
                [
                  words.answer.status,
                  `${tasks.status}, ${words.answer.first(countTasks(tasks.body))}`,
                ],
                [words.answer.requestId, tasks.requestId],
              ]}
            />
          </Hop>
        )}
      </ol>
      {!tasks && !failure && <Skeleton label={words.loading} />}
    </>
  )
}

function countTasks(body: unknown): number {
  const tasks: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'tasks') : []
  return Array.isArray(tasks) ? tasks.length : 0
}
