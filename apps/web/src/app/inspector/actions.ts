'use server'
// What the inspector does on the server. Each looks for the real session itself; Next.js refuses other origins.

import { notFound } from 'next/navigation'
import { endDevice } from '../../account/devices.js'
import { readPerson } from '../../account/signed-in.js'
import { createAttempts } from '../../auth/attempts.js'
import { getAuth, getEnv } from '../../auth/server.js'
import { type Fault, signFaultyToken } from '../../inspector/faulty-token.js'
import { type PracticeSession, startPracticeSession } from '../../inspector/practice-session.js'
import { type Rotation, rotateOnce } from '../../inspector/rotation.js'

/** How often one person may ask for tokens and sessions: enough to look, too little to fill the revocation feed. */
const rules = {
  token: { window: 600, max: 60 },
  session: { window: 600, max: 10 },
}
const attempts = createAttempts()

/** A token of this session that the API has to refuse; null after too many. */
export async function signFaulty(fault: Fault): Promise<string | null> {
  const { session } = await readInspectingPerson()
  if (!attempts.consume(`token ${session.userId}`, rules.token).allowed) return null
  return signFaultyToken(fault === 'expired' ? 'expired' : 'audience', session)
}

/** Null after too many. */
export async function startPractice(): Promise<PracticeSession | null> {
  const { user } = await readInspectingPerson()
  if (!attempts.consume(`session ${user.id}`, rules.session).allowed) return null
  return startPracticeSession(user.id)
}

/** Ends the practice session; another session of the same person would end as well. */
export async function endPractice(id: string): Promise<void> {
  const { user } = await readInspectingPerson()
  await endDevice(user.id, String(id))
}

export async function rotateKey(): Promise<Rotation> {
  await readInspectingPerson()
  return rotateOnce(getAuth())
}

async function readInspectingPerson() {
  if (!getEnv().public.inspector) notFound()
  return readPerson('/inspector')
}
