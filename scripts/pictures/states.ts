/** Every page of the app, and every state of it that somebody can get it into. */

import { account } from './states/account.js'
import { around } from './states/around.js'
import { dashboard } from './states/dashboard.js'
import { inspector } from './states/inspector.js'
import type { State } from './states/state.js'

export const states: readonly State[] = [...around, ...dashboard, ...account, ...inspector]
