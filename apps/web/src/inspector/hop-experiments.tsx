'use client'
/** The ways to break a request, each at the message where it breaks. */

import type { TokenClient } from 'claimcheck/client'
import { type ReactNode, useMemo, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { Field } from '../ui/field.js'
import type { Answer } from './answer.js'
import { AnswerView, Experiment } from './experiment.js'
import { createExperiments, type ExperimentTools, SiteError } from './experiments.js'
import type { Rotation } from './rotation.js'
import { RotationWatch } from './rotation-watch.js'
import { SessionStrip } from './session-strip.js'

export type ExperimentPlace = 'cookie' | 'token' | 'keys' | 'checks' | 'identity'

export interface ExperimentsProps extends Omit<ExperimentTools, 'getToken'> {
  readonly tokens: TokenClient
  /** The person's own id. */
  readonly subject: string
  rotateKey(): Promise<Rotation>
}

const words = inspectorCopy.experiments

export function HopExperiments({ place, ...props }: ExperimentsProps & { place: ExperimentPlace }) {
  const { tokens, apiUrl, strangerId, signFaulty, startPractice, endPractice } = props
  const experiments = useMemo(
    () =>
      createExperiments({
        apiUrl,
        strangerId,
        signFaulty,
        startPractice,
        endPractice,
        getToken: () => tokens.getToken(),
      }),
    [tokens, apiUrl, strangerId, signFaulty, startPractice, endPractice],
  )
  const [subject, setSubject] = useState(strangerId)
  const show = (title: string) => async (answer: Promise<Answer>) => (
    <AnswerView title={title} answer={await answer} />
  )

  switch (place) {
    case 'cookie':
      return (
        <Shelf>
          <Experiment
            {...words.elsewhere}
            run={async ({ show: showProgress, signal }) => {
              const { accepted, outcome, delay, last } = await experiments.signOutElsewhere({
                onAccepted: (count) =>
                  showProgress(
                    <SessionStrip accepted={count} text={words.elsewhere.running(count)} />,
                  ),
                signal,
              })
              showProgress(null)
              const text = words.elsewhere[outcome](accepted, inspectorCopy.time(delay))
              return (
                <div className="space-y-4">
                  <SessionStrip accepted={accepted} isRefused={outcome === 'refused'} text={text} />
                  <AnswerView title={words.elsewhere.title} answer={last} />
                </div>
              )
            }}
          />
        </Shelf>
      )
    case 'token':
      return (
        <Shelf>
          <Experiment
            {...words.tampered}
            run={() => show(words.tampered.title)(experiments.sendTampered(subject))}
          >
            <Field
              id="tampered-subject"
              label={words.tampered.field}
              value={subject}
              maxLength={255}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setSubject(event.currentTarget.value)}
              hint={
                <p role="status">
                  {subject === props.subject ? words.tampered.whole : words.tampered.broken}
                </p>
              }
            />
          </Experiment>
          <Experiment
            {...words.none}
            run={() => show(words.none.title)(experiments.sendUnsigned())}
          />
          <Experiment
            {...words.confused}
            run={() => show(words.confused.title)(experiments.sendConfused())}
          />
        </Shelf>
      )
    case 'keys':
      return (
        <Shelf>
          <Experiment
            {...words.rotate}
            run={async ({ show: showProgress }) => {
              const rotation = await askToRotate(props.rotateKey)
              if (rotation.state === 'full') return words.rotate.full
              const { keyId, signsIn } = rotation
              showProgress(
                <RotationWatch tokens={tokens} apiUrl={apiUrl} keyId={keyId} signsIn={signsIn} />,
              )
              return words.rotate.begun
            }}
          />
        </Shelf>
      )
    case 'checks':
      return (
        <Shelf>
          <Experiment
            {...words.expired}
            run={() => show(words.expired.title)(experiments.sendExpired())}
          />
          <Experiment
            {...words.audience}
            run={() => show(words.audience.title)(experiments.sendToWrongAudience())}
          />
        </Shelf>
      )
    case 'identity':
      return (
        <Shelf>
          <Experiment
            {...words.stranger}
            run={() => show(words.stranger.title)(experiments.askForStranger())}
          />
        </Shelf>
      )
  }
}

function Shelf({ children }: { readonly children: ReactNode }) {
  return (
    <div>
      <h4 className="font-medium">{words.title}</h4>
      <p className="mt-0.5 mb-3 text-12 text-quiet">{words.lead}</p>
      <div className="grid gap-3 md:grid-cols-2">{children}</div>
    </div>
  )
}

async function askToRotate(rotateKey: ExperimentsProps['rotateKey']): Promise<Rotation> {
  try {
    return await rotateKey()
  } catch (cause) {
    throw new SiteError('The site did not publish the key.', { cause })
  }
}
