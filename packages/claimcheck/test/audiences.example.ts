import { betterAuth } from 'better-auth'
import { createAuthClient } from 'better-auth/client'
import { jwtClient } from 'better-auth/client/plugins'
import { claimcheck } from 'claimcheck/better-auth'
import { createTokenClient } from 'claimcheck/client'
import { database, secret } from './_issuer-example.js'

const issuer = 'https://app.example.com'

export const auth = betterAuth({
  baseURL: issuer,
  secret,
  database,
  emailAndPassword: { enabled: true },
  plugins: [
    ...claimcheck({ audience: ['https://api.example.com', 'https://billing.example.com'] }),
  ],
})

const authClient = createAuthClient({
  baseURL: issuer,
  plugins: [jwtClient()],
  fetchOptions: { customFetchImpl: (input, init) => fetch(input, init) },
})

export const tokens = createTokenClient({
  fetchToken: ({ audience }) => authClient.token({ query: { audience } }),
  origins: ['https://api.example.com', 'https://billing.example.com'],
  audiences: { 'https://billing.example.com': 'https://billing.example.com' },
})
