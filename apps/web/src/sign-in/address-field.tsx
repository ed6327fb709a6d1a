'use client'
/** The e-mail address of whoever signs in or up, as typed here or on the page before. */

import { useEffect, useEffectEvent, useRef } from 'react'
import { authCopy } from '../copy/auth.js'
import { takeAddress } from '../session/carried-address.js'
import { Field } from '../ui/field.js'

export interface AddressFieldProps {
  readonly error: string | undefined
  onTyped?(email: string): void
}

export function AddressField({ error, onTyped }: AddressFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const fill = useEffectEvent((input: HTMLInputElement) => {
    const email = takeAddress()
    if (!email || input.value) return
    input.value = email
    onTyped?.(email)
  })
  useEffect(() => {
    if (field.current) fill(field.current)
  }, [])
  return (
    <Field
      ref={field}
      id="email"
      name="email"
      type="email"
      label={authCopy.fields.email}
      autoComplete="username"
      autoCapitalize="off"
      spellCheck={false}
      error={error}
      onChange={(event) => onTyped?.(event.currentTarget.value)}
    />
  )
}
