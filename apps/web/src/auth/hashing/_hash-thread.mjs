/** The thread as tests start it: vitest reads TypeScript for its own threads only. */
import { register } from 'tsx/esm/api'

register()
await import('./hash-thread.ts')
