'use client'
/** A link to another form for the same person: what was typed as the e-mail address is there already. */

import type { ReactNode } from 'react'
import { carryAddress } from './carried-address.js'

export interface AddressLinkProps {
  readonly href: string
  readonly children: ReactNode
  readonly className?: string
}

export function AddressLink({ href, children, className }: AddressLinkProps) {
  return (
    <a
      href={href}
      onClick={() => {
        const field = document.querySelector<HTMLInputElement>('main input[name="email"]')
        carryAddress(field?.value.trim() ?? '')
      }}
      className={className ?? 'text-ink underline underline-offset-4'}
    >
      {children}
    </a>
  )
}
