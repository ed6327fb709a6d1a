'use client'
// The page below its heading: the journey, the counters, and the ways to break it.

import { useTokens } from '../account/tokens-context.js'
import { inspectorCopy } from '../copy/inspector.js'
import { Button } from '../ui/button.js'
import { Notice } from '../ui/notice.js'
import { Skeleton } from '../ui/skeleton.js'
import { CheckList } from './check-list.js'
import { Counters } from './counters.js'
import { ExperimentList, type ExperimentListProps } from './experiment-list.js'
import { FenceView } from './fence-view.js'
import { Facts, Hop } from './hop.js'
import { KeyList } from './key-list.js'
import { Ticket } from './ticket.js'
import { type FollowedJourney, tasksPath, useJourney } from './use-journey.js'

export interface InspectorProps extends Omit<ExperimentListProps, 'tokens'> {
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
  const { counters, experiments: words } = inspectorCopy
  return (
    <div className="mt-8 space-y-12">
      {journey.inspection && (
        <section aria-labelledby="counters">
          <h2 id="counters" className="font-semibold text-20">
            {counters.title}
          </h2>
          <div className="mt-4">
            <Counters inspection={journey.inspection} />
          </div>
          {journey.inspection.verifier.waited > 0 && (
            <p className="mt-4 text-12 text-quiet">{counters.waited}</p>
          )}
        </section>
      )}
      <section aria-labelledby="journey">
        <div className="flex flex-wrap items-center justify-between gap-4">
          <h2 id="journey" className="font-semibold text-20">
            {inspectorCopy.journey}
          </h2>
          {journey.tasks && (
            <Button size="small" onClick={journey.restart}>
              {inspectorCopy.again}
            </Button>
          )}
        </div>
        <JourneyView journey={journey} cookie={cookie} />
      </section>
      <section aria-labelledby="break">
        <h2 id="break" className="font-semibold text-20">
          {words.title}
        </h2>
        <p className="mt-1 mb-4 text-quiet">{words.lead}</p>
        <ExperimentList {...experiments} tokens={tokens} />
      </section>
    </div>
  )
}

interface JourneyViewProps {
  readonly journey: FollowedJourney
  readonly cookie: CookieFacts
}

function JourneyView({ journey, cookie }: JourneyViewProps) {
  const { token, keys, first, latest, inspection, tasks, failure, restart } = journey
  const words = inspectorCopy
  return (
    <>
      {failure && (
        <Notice
          tone="warn"
          live="alert"
          className="mt-4"
          actions={<Button onClick={restart}>{words.failure.retry}</Button>}
        >
          {failure}
        </Notice>
      )}
      <ol className="mt-6 ml-1.5">
        <Hop title={words.cookie.title} text={words.cookie.text}>
          <Facts
            facts={[
              [words.cookie.name, cookie.name],
              [words.cookie.flags, cookie.flags],
              [words.cookie.since, cookie.since],
              [words.cookie.until, cookie.until],
            ]}
          />
        </Hop>
        {token && (
          <Hop {...words.token} time={token.milliseconds}>
            <Ticket token={token} />
          </Hop>
        )}
        {keys && token && inspection && (
          <Hop title={words.keys.title} text={words.keys.text} time={keys.milliseconds}>
            <KeyList
              published={keys.published}
              signedWith={token.header.kid}
              api={inspection.keys}
            />
          </Hop>
        )}
        {first && latest && (
          <Hop title={words.checks.title} text={words.checks.text} time={sumUp(first.checks)}>
            <CheckList checks={first.checks} />
            {latest !== first && (
              <p className="mt-3 text-quiet">
                {words.checks.again(latest.checks.length - 1, words.time(sumUp(latest.checks)))}
              </p>
            )}
          </Hop>
        )}
        {inspection && (
          <Hop title={words.identity.title} text={words.identity.text}>
            <Facts
              facts={[
                [words.identity.subject, inspection.identity.subject],
                [words.identity.session, inspection.identity.sessionId ?? words.identity.none],
              ]}
            />
          </Hop>
        )}
        {inspection && (
          <Hop
            title={words.fence.title}
            text={words.fence.text}
            time={inspection.fence.milliseconds}
          >
            <FenceView fence={inspection.fence} />
          </Hop>
        )}
        {tasks && (
          <Hop title={words.answer.title} text={words.answer.text} time={tasks.milliseconds}>
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

function sumUp(checks: ReadonlyArray<{ readonly duration: number }>): number {
  return checks.reduce((sum, { duration }) => sum + duration, 0)
}

function countTasks(body: unknown): number {
  const tasks: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'tasks') : []
  return Array.isArray(tasks) ? tasks.length : 0
}
