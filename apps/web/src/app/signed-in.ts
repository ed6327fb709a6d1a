/** The real session behind a request for an account page or an action on it: read from the database each time. */

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getAuth } from '../auth/running.js'
import { toSignIn } from '../session/next-path.js'

/** Who sent the request; whoever is not signed in is led to the sign-in page and back. */
export async function readPerson(path: string) {
  const session = await getAuth().api.getSession({ headers: await headers() })
  if (!session) redirect(toSignIn(path))
  return session
}
