import { betterAuth } from 'better-auth'
import { claimcheck } from 'claimcheck/better-auth'
import { database, secret } from './_issuer-example.js'

export const auth = betterAuth({
  baseURL: 'https://app.example.com',
  secret,
  database,
  emailAndPassword: { enabled: true },
  plugins: [...claimcheck({ audience: 'https://api.example.com' })],
})
