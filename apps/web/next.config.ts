import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const root = fileURLToPath(new URL('../..', import.meta.url))

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Title and card are in the head for everybody. Streamed, they come after what a screen reader has begun to read.
  htmlLimitedBots: /.*/,
  // The server loads these from where they are installed, as main.ts does: once for both, and with nothing to bundle.
  serverExternalPackages: [
    'better-auth',
    'ioredis',
    'kysely',
    'nodemailer',
    'rate-limiter-flexible',
    'zod',
  ],
  // The workspace root, where node_modules and the lockfile are; Next.js would guess it, with a warning.
  turbopack: { root },
  outputFileTracingRoot: root,
  // `npm run check` runs the compiler over everything; a build only has to build.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
}

export default config
