'use server'
// What the inspector does on the server. Each looks for the real session itself; Next.js refuses other origins.

import { notFound } from 'next/navigation'
import { endDevice } from '../../account/devices.js'
import { readPerson } from '../../account/signed-in.js'
import { getAuth, getEnv } from '../../auth/server.js'
import { type Fault, signFaultyToken } from '../../inspector/faulty-token.js'
import { type PracticeSession, startPracticeSession } from '../../inspector/practice-session.js'
import { type Rotation, rotateOnce } from '../../inspector/rotation.js'

/** A token of this session that the API has to refuse. */
export async function signFaulty(fault: Fault): Promise<string> {
  const { session } = await readInspectingPerson()
  return signFaultyToken(fault === 'expired' ? 'expired' : 'audience', session)
}

export async function startPractice(): Promise<PracticeSession> {
  const { user } = await readInspectingPerson()
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
