/** What somebody has before they read the five-minutes page: a Better Auth app, and an API that lets in anybody. */

export interface Project {
  /** Its folder, and the folder of its files under `examples/five-minutes`. */
  readonly folder: 'app' | 'api'
  readonly packages: readonly string[]
  /** Files by name. */
  readonly files: Readonly<Record<string, string>>
}

export const projects: readonly Project[] = [
  {
    folder: 'app',
    packages: ['better-auth@1.7.7', 'pg@8'],
    files: {
      'auth.js': `import { betterAuth } from 'better-auth'
import pg from 'pg'

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  secret: process.env.BETTER_AUTH_SECRET,
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
  emailAndPassword: { enabled: true },
})
`,
      'server.js': `import { createServer } from 'node:http'
import { toNodeHandler } from 'better-auth/node'
import { auth } from './auth.js'

createServer(toNodeHandler(auth)).listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
`,
    },
  },
  {
    folder: 'api',
    packages: ['express@5'],
    files: {
      'server.js': `import express from 'express'

const app = express()
app.get('/api/me', (request, response) => {
  response.json({ subject: 'anybody' })
})
app.listen(Number(process.env.PORT ?? 8000), '127.0.0.1')
`,
    },
  },
]
