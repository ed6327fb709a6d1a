'use client'
// The ways to break it, one card each.

import type { TokenClient } from 'claimcheck/client'
import { useMemo } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import type { Answer } from './answer.js'
import { AnswerView, Experiment } from './experiment.js'
import { createExperiments, type ExperimentTools } from './experiments.js'
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
        run={async (progress) => {
          const { accepted, delay, refusal } = await experiments.signOutElsewhere((count) =>
            progress(words.elsewhere.running(count)),
          )
          const isAlive = refusal.status === 200
          return (
            <div className="space-y-4">
              <p>
                {isAlive
                  ? words.elsewhere.alive(accepted)
                  : words.elsewhere.done(accepted, inspectorCopy.time(delay))}
              </p>
              <AnswerView answer={refusal} />
            </div>
          )
        }}
      />
      <Experiment
        {...words.rotate}
        run={async () => {
          const rotation = await rotateKey()
          if (rotation.state === 'full') return <p>{words.rotate.full}</p>
          const { keyId, signsIn } = rotation
          return (
            <RotationWatch
              key={`${keyId} ${signsIn}`}
              tokens={tokens}
              apiUrl={apiUrl}
              keyId={keyId}
              signsIn={signsIn}
            />
          )
        }}
      />
    </div>
  )
}
