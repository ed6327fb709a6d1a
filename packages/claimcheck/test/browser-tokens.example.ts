/** The code of docs/browser-tokens.md. browser-tokens.test.ts runs it. */

import { createAuthClient } from 'better-auth/client'
import { jwtClient } from 'better-auth/client/plugins'
import { createTokenClient, SignedOutError, TokenUnavailableError } from 'claimcheck/client'

export const authClient = createAuthClient({
  baseURL: 'http://localhost:3000',
  plugins: [jwtClient()],
})

export const tokens = createTokenClient({
  fetchToken: () => authClient.token(),
  origins: ['http://localhost:8000'],
})

export async function listTasks() {
  const response = await tokens.fetch('http://localhost:8000/api/me/tasks')
  return response.json()
}

export async function listTasksByHand() {
  const { data, error } = await authClient.token()
  if (error) throw new Error('Signed out, offline, or a deploy is going on: who knows')
  const response = await fetch('http://localhost:8000/api/me/tasks', {
    headers: { authorization: `Bearer ${data.token}` },
  })
  return response.json()
}

export async function signOut() {
  await authClient.signOut()
  tokens.clear()
}

export async function signIn(email: string, password: string) {
  const { error } = await authClient.signIn.email({ email, password })
  if (!error) tokens.clear()
  return error
}

export function describeFailure(error: unknown) {
  if (error instanceof SignedOutError)
    return 'You were signed out. Your draft is kept; sign in to save it.'
  if (error instanceof TokenUnavailableError)
    return 'The server cannot be reached. You are still signed in.'
  throw error
}

export function watchSession(show: (notice: string) => void, forgetData: () => void) {
  const stopSignedOut = tokens.on('signed-out', ({ reason }) => {
    forgetData()
    if (reason !== 'cleared') show('You were signed out.')
  })
  const stopUnavailable = tokens.on('unavailable', () => show('You are offline.'))
  const stopRefreshed = tokens.on('refreshed', () => show(''))
  return () => {
    stopSignedOut()
    stopUnavailable()
    stopRefreshed()
  }
}

export const handWritten = createTokenClient({
  async fetchToken({ signal }) {
    const response = await fetch('/api/auth/token', { signal })
    if (!response.ok) return { error: { status: response.status } }
    return { data: await response.json() }
  },
  origins: ['https://api.example.com'],
})
