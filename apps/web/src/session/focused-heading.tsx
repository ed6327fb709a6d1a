'use client'
/** A heading that takes the focus when it replaces what somebody was working in, so that it is read out. */

import { type ReactNode, useEffect, useRef } from 'react'

export interface FocusedHeadingProps {
  readonly level: 1 | 2
  readonly children: ReactNode
}

export function FocusedHeading({ level, children }: FocusedHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <Heading
      ref={heading}
      tabIndex={-1}
      className={`font-semibold focus:outline-none ${level === 1 ? 'text-20' : 'text-16'}`}
    >
      {children}
    </Heading>
  )
}
