/** What bars somebody from a page as it is now, as far as axe can tell. */

import type { Page } from '@playwright/test'
import axe from 'axe-core'

export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the content policy of the page does not apply to.
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}
