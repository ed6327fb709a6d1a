/** Notes what goes wrong in a browser while a test looks elsewhere. */

import type { BrowserContext } from '@playwright/test'

export interface Watch {
  /** Watches every page of the context, now and later. Call it before the first page is opened. */
  attach(context: BrowserContext): Promise<void>
  /** Lets pass what matches, before or after it happens: for tests that provoke it. */
  allow(pattern: RegExp): void
  /** What happened and was not allowed. */
  list(): string[]
}

/** @param origins The only ones that a page may ask anything of. */
export function createWatch(origins: readonly string[]): Watch {
  const problems: string[] = []
  const allowed: RegExp[] = []
  return {
    async attach(context) {
      context.on('console', (message) => {
        if (message.type() !== 'error') return
        problems.push(`${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (webError) => {
        problems.push(`uncaught: ${webError.error().stack ?? webError.error().message}`)
      })
      context.on('request', (request) => {
        const { protocol, origin } = new URL(request.url())
        if (protocol.startsWith('http') && !origins.includes(origin)) {
          problems.push(`a request to ${origin}`)
        }
      })
      await context.addInitScript(reportViolations)
    },
    allow: (pattern) => void allowed.push(pattern),
    list: () => problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem))),
  }
}

/** Runs in the page. Report-only policies are silent in the console but not here. */
function reportViolations(): void {
  document.addEventListener('securitypolicyviolation', (event) => {
    const { violatedDirective, blockedURI, sourceFile, lineNumber } = event
    console.error(
      `content policy: ${violatedDirective} blocked ${blockedURI} (${sourceFile}:${lineNumber})`,
    )
  })
}
