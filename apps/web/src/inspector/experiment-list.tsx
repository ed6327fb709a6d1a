'use client'
// The ways to break it, one card each.

import type { TokenClient } from 'claimcheck/client'
import { useMemo } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import type { Answer } from './answer.js'
import { AnswerView, Experiment } from './experiment.js'
import { createExperiments, type ExperimentTools, SiteError } from './experiments.js'
import type { Rotation } from './rotation.js'
import { RotationWatch } from './rotation-watch.js'

export interface ExperimentListProps extends Omit<ExperimentTools, 'getToken'> {
  readonly tokens: TokenClient
  rotateKey(): Promise<Rotation>
}

const words = inspectorCopy.experiments

export function ExperimentList(props: ExperimentListProps) {
  const { tokens, apiUrl, strangerId, signFaulty, startPractice, endPractice, rotateKey } = props
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
  const show = async (answer: Promise<Answer>) => <AnswerView answer={await answer} />
  return (
    <div className="space-y-4">
      <Experiment {...words.expired} run={() => show(experiments.sendExpired())} />
      <Experiment {...words.tampered} run={() => show(experiments.sendTampered())} />
      <Experiment {...words.audience} run={() => show(experiments.sendToWrongAudience())} />
      <Experiment {...words.stranger} run={() => show(experiments.askForStranger())} />
      <Experiment
        {...words.elsewhere}
        run={async ({ show: showProgress, signal }) => {
          const { accepted, outcome, delay, last } = await experiments.signOutElsewhere({
            onAccepted: (count) => showProgress(words.elsewhere.running(count)),
            signal,
          })
          showProgress(null)
          return (
            <div className="space-y-4">
              <p>{words.elsewhere[outcome](accepted, inspectorCopy.time(delay))}</p>
              <AnswerView answer={last} />
            </div>
          )
        }}
      />
      <Experiment
        {...words.rotate}
        run={async ({ show: showProgress }) => {
          const rotation = await askToRotate(rotateKey)
          if (rotation.state === 'full') return words.rotate.full
          const { keyId, signsIn } = rotation
          showProgress(
            <RotationWatch tokens={tokens} apiUrl={apiUrl} keyId={keyId} signsIn={signsIn} />,
          )
          return words.rotate.begun
        }}
      />
    </div>
  )
}

async function askToRotate(rotateKey: ExperimentListProps['rotateKey']): Promise<Rotation> {
  try {
    return await rotateKey()
  } catch (cause) {
    throw new SiteError('The site did not publish the key.', { cause })
  }
}
