/** The sections of a long page, each a link to itself. */

import { accountCopy } from '../copy/account.js'

export interface SectionLinksProps {
  readonly sections: readonly {
    /** Of the section, in the address. */
    readonly id: string
    readonly title: string
  }[]
}

export function SectionLinks({ sections }: SectionLinksProps) {
  return (
    <nav aria-label={accountCopy.page.sections} className="mt-6">
      <ul className="flex flex-wrap gap-x-5 gap-y-2">
        {sections.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} className="rounded-sm text-quiet underline underline-offset-4">
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
