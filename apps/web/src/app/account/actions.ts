'use server'
/** Ends sessions for the account page. Each looks for the real session itself; Next.js refuses other origins. */

import { APIError } from 'better-auth/api'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { endDevice, endOtherDevices } from '../../account/devices.js'
import { getAddressHeader } from '../../auth/client-address.js'
import { getAccountLog, getAuth } from '../../auth/running.js'
import { isDatabaseFailure } from '../../auth/store/database-failure.js'
import { accountCopy } from '../../copy/account.js'
import type { Outcome } from '../../session/use-submit.js'
import { readPerson } from '../signed-in.js'

const words = accountCopy.devices

/** Signs one device out: the one whose opaque id the form names, or all others when it names none. */
export async function signOutDevices(_: Outcome | null, form: FormData): Promise<Outcome> {
  const { user, session } = await readPerson('/account')
  const id = form.get('device')
  try {
    if (typeof id !== 'string') {
      await endOtherDevices(getAuth(), user.id, session.id)
      await logEnded(user.id)
      revalidatePath('/account')
      return { tone: 'good', text: words.endedAll }
    }
    const ended = await endDevice(getAuth(), user.id, id)
    if (ended > 0) await logEnded(user.id)
    revalidatePath('/account')
    return { tone: 'good', text: ended > 0 ? words.ended : words.endedBefore }
  } catch (error) {
    const isUnavailable = error instanceof APIError && error.statusCode === 503
    if (!isUnavailable && !isDatabaseFailure(error)) throw error
    return { tone: 'bad', text: words.failed }
  }
}

async function logEnded(userId: string): Promise<void> {
  const sent = await headers()
  await getAccountLog().write(userId, {
    kind: 'devices ended',
    userAgent: sent.get('user-agent'),
    address: sent.get(getAddressHeader()),
  })
}
