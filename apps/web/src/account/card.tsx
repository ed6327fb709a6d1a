/** One question of the account page. */

import type { ReactNode } from 'react'

export interface CardProps {
  /** Of the card, in the address; its heading has the same with `-title`. */
  readonly id: string
  readonly title: string
  readonly text?: ReactNode
  readonly children: ReactNode
}

export function Card({ id, title, text, children }: CardProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="scroll-mt-4 rounded-md border border-line bg-card p-5 sm:p-6"
    >
      <h2 id={`${id}-title`} className="font-semibold text-16">
        {title}
      </h2>
      {text && <p className="mt-1 text-quiet">{text}</p>}
      <div className="mt-5">{children}</div>
    </section>
  )
}
