'use server'
/** Ends sessions for the account page. Each looks for the real session itself; Next.js refuses other origins. */

import { isAPIError } from 'better-auth/api'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { endDevice, endOtherDevices } from '../../account/devices.js'
import { getAccountLog, getAuth } from '../../auth/running.js'
import { isDatabaseFailure } from '../../auth/store/database-failure.js'
import { accountCopy } from '../../copy/account.js'
import type { Outcome } from '../../session/use-submit.js'
import { readPerson } from '../signed-in.js'

const words = accountCopy.devices

/** Signs one device out: the one whose opaque id the form names, or all others when it names none. */
export async function signOutDevices(_: Outcome | null, form: FormData): Promise<Outcome> {
  const person = await readPerson('/account').catch(passFailure)
  if (person === null) return { tone: 'bad', text: words.failed }
  const { user, session } = person
  const id = form.get('device')
  const isOne = typeof id === 'string'
  const end = isOne
    ? endDevice(getAuth(), user.id, id)
    : endOtherDevices(getAuth(), user.id, session.id)
  const ended = await end.catch(passFailure)
  if (ended === null) return { tone: 'bad', text: words.unfinished }
  if (!isOne || ended > 0) {
    await getAccountLog().note(user.id, 'devices ended', await headers())
  }
  revalidatePath('/account')
  if (!isOne) return { tone: 'good', text: words.endedAll }
  return { tone: 'good', text: ended > 0 ? words.ended : words.endedBefore }
}

/** Null for what may work later; what else is thrown, as the way to the sign-in page, goes on. */
function passFailure(error: unknown): null {
  const isUnavailable = isAPIError(error) && error.statusCode >= 500
  if (isUnavailable || isDatabaseFailure(error)) return null
  throw error
}
