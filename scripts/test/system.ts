/**
 * The whole system for the end-to-end tests, run by Playwright: `npm start` on data of its own, in an
 * environment in which nothing but the addresses is set, so that tests never touch anyone's database.
 */

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../process/child.js'
import { untilAsked } from '../process/end-request.js'
import { root } from '../start/data-dir.js'

/** Set to nothing, a variable counts as absent and is not read from .env. */
const blank = [
  ...[
    'AUTH_DATABASE_URL',
    'TASKS_DATABASE_URL',
    'MIGRATIONS_DATABASE_URL',
    'NEON_DATABASE_URL',
    'DATABASE_URL',
  ],
  ...['BETTER_AUTH_SECRET', 'BETTER_AUTH_SECRETS', 'JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_ROTATION'],
  ...['JWKS_URL', 'JWKS_FILE', 'REVOCATIONS_URL', 'REVOCATIONS_FILE', 'REVOCATIONS_WHEN_STALE'],
  ...['API_INTERNAL_URL', 'CORS_ORIGINS', 'HOST', 'PORT', 'SMTP_URL', 'MAIL_FROM'],
  ...['REDIS_URL', 'TRUSTED_PROXIES', 'STOP_PAUSE_SECONDS'],
  ...['METRICS', 'METRICS_PORT', 'MIGRATE_AT_START'],
]

const asked = untilAsked()
const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-e2e-'))
// When root runs the tests, another user runs Postgres and has to pass through.
await chmod(dataDir, 0o711)
const system = await startChild(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
  cwd: root,
  env: {
    ...process.env,
    ...Object.fromEntries(blank.map((name) => [name, ''])),
    AUTH_RATE_LIMIT: 'off',
    // Many tests at once are the same two people.
    RATE_LIMIT_PER_MINUTE: '100000',
    DATA_DIR: dataDir,
  },
  output: (chunk) => process.stdout.write(chunk),
})
const exit = await Promise.race([asked.then(() => system.stop(20_000)), system.exited])
await rm(dataDir, { recursive: true, force: true })
process.exit(exit.code ?? 1)
