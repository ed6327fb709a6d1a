import { betterAuth } from 'better-auth'
import { claimcheck } from 'claimcheck/better-auth'
import pg from 'pg'

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  secret: process.env.BETTER_AUTH_SECRET,
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
  emailAndPassword: { enabled: true },
  plugins: [...claimcheck({ audience: 'http://localhost:8000' })],
})
