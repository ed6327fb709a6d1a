'use server'
/** What the inspector does on the server. Each looks for the real session itself; Next.js refuses other origins. */

import { notFound } from 'next/navigation'
import { endDevice } from '../../account/devices.js'
import { inspectorLimits } from '../../auth/limits/limits.js'
import { getAuth, getEnv, getLimiter } from '../../auth/running.js'
import { type Fault, signFaultyToken } from '../../inspector/faulty-token.js'
import { type PracticeSession, startPracticeSession } from '../../inspector/practice-session.js'
import { type Rotation, rotateOnce } from '../../inspector/rotation.js'
import { readPerson } from '../signed-in.js'

/** A token of this session that the API has to refuse; null after too many. */
export async function signFaulty(fault: Fault): Promise<string | null> {
  const { session } = await readInspectingPerson()
  if (!(await mayAsk('token', session.userId))) return null
  return signFaultyToken(getAuth(), fault === 'expired' ? 'expired' : 'audience', session)
}

/** Null after too many. */
export async function startPractice(): Promise<PracticeSession | null> {
  const { session } = await readInspectingPerson()
  if (!(await mayAsk('session', session.userId))) return null
  return startPracticeSession(getAuth(), session)
}

/** Ends the practice session; another session of the same person would end as well. */
export async function endPractice(id: string): Promise<void> {
  const { user } = await readInspectingPerson()
  await endDevice(getAuth(), user.id, String(id))
}

export async function rotateKey(): Promise<Rotation> {
  await readInspectingPerson()
  return rotateOnce(getAuth())
}

async function mayAsk(what: keyof typeof inspectorLimits, userId: string): Promise<boolean> {
  const key = `inspector ${what} ${userId}`
  return (await getLimiter().consume(key, inspectorLimits[what])).allowed
}

async function readInspectingPerson() {
  if (!getEnv().public.inspector) notFound()
  return readPerson('/inspector')
}
