/** The rules of this app around Better Auth's endpoints, in the order in which they are asked. */
import type { AuthContext, BetterAuthPlugin } from 'better-auth'
import type { AccountLog } from '../account-log.js'
import type { EmailLinks } from '../email-links.js'
import type { Limiter } from '../limits/limiter.js'
import type { Background } from '../mail/background.js'
import type { Mailer } from '../mail/mailer.js'
import { logAccountEvents } from './account-events.js'
import { tellOldAddress } from './address-notice.js'
import { hideWhoCanReset } from './discretion.js'
import { forgetGoodPasswords, limitFailedPasswords } from './failed-passwords.js'
import { forgetGoodSignIns, limitFailedSignIns, rememberDevice } from './failed-sign-ins.js'
import { boundFields } from './field-bounds.js'
import {
  endLinksWithPassword,
  openResetLinks,
  spendConfirmations,
  spendResetLinks,
} from './link-use.js'
import { refuseWithoutMail } from './mail-service.js'
import { checkPasswordForAddress, requirePassword } from './password-required.js'
import { endPracticeWithSession } from './practice-sessions.js'
import { limitRequests } from './request-limits.js'
import { keepRenewalToBrowsers } from './session-renewal.js'

export interface AccountRulesOptions {
  /** Null counts nothing. */
  readonly limiter: Limiter | null
  readonly links: EmailLinks
  readonly accountLog: AccountLog
  readonly mailer: Mailer
  readonly background: Background
  /** Origin of this app, for what is written to people. */
  readonly appUrl: string
  /** True where nobody may find out which addresses have an account. */
  readonly isDiscreet: boolean
  /** Called once, with what the instance is made of. */
  onInit(context: AuthContext): void
}

export function accountRules(options: AccountRulesOptions) {
  const { limiter, links, accountLog, mailer, background, appUrl, isDiscreet, onInit } = options
  return {
    id: 'claimcheck-account-rules',
    init: (context: AuthContext) => onInit(context),
    hooks: {
      before: [
        keepRenewalToBrowsers,
        boundFields,
        refuseWithoutMail(mailer),
        requirePassword,
        ...(limiter
          ? [limitFailedSignIns(limiter), limitFailedPasswords(limiter), limitRequests(limiter)]
          : []),
        checkPasswordForAddress,
        spendResetLinks(links),
        openResetLinks(links),
        spendConfirmations(links),
        endPracticeWithSession,
        ...(isDiscreet ? [hideWhoCanReset(background)] : []),
      ],
      after: [
        ...(limiter ? [forgetGoodSignIns(limiter), forgetGoodPasswords(limiter)] : []),
        rememberDevice,
        logAccountEvents(accountLog),
        endLinksWithPassword(links),
        tellOldAddress(mailer, appUrl),
      ],
    },
  } satisfies BetterAuthPlugin
}
