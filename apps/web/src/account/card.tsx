// One question of the account page.

import type { ReactNode } from 'react'

export interface CardProps {
  /** Of the heading, which names the card. */
  readonly id: string
  readonly title: string
  readonly text?: ReactNode
  readonly children: ReactNode
}

export function Card({ id, title, text, children }: CardProps) {
  return (
    <section aria-labelledby={id} className="rounded-md border border-line bg-card p-5 sm:p-6">
      <h2 id={id} className="font-semibold text-16">
        {title}
      </h2>
      {text && <p className="mt-1 text-quiet">{text}</p>}
      <div className="mt-5">{children}</div>
    </section>
  )
}
