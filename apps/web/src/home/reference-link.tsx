'use client'
/** To the reference of the API, which is another site and so cannot read which theme was chosen here: it is told. */

import { buttonLook } from '../ui/button.js'
import type { Theme } from '../ui/theme.js'
import { useTheme } from '../ui/use-theme.js'

export interface ReferenceLinkProps {
  readonly apiUrl: string
  readonly text: string
  /** What the server read from the cookie. */
  readonly initial: Theme
}

export function ReferenceLink({ apiUrl, text, initial }: ReferenceLinkProps) {
  const [theme] = useTheme(initial)
  return (
    <a
      href={`${apiUrl}/docs${theme === 'system' ? '' : `?theme=${theme}`}`}
      className={buttonLook()}
    >
      {text}
    </a>
  )
}
