'use client'
// What every form of the account page does: check, send, say what came of it, and keep what was typed.

import { type RefObject, useRef, useState } from 'react'

export type FieldErrors = Readonly<Record<string, string | undefined>>

export interface Outcome {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly text: string
}

export interface Submit {
  readonly form: RefObject<HTMLFormElement | null>
  readonly errors: FieldErrors
  readonly outcome: Outcome | null
  readonly isBusy: boolean
  /**
   * Sends unless a field is wrong, which then takes the focus.
   *
   * @param errors By the name of the field, in the order of the page.
   */
  submit(errors: FieldErrors, send: () => Promise<Outcome | null>): Promise<void>
  /** A field was changed: what was said about it no longer holds. */
  forget(name: string): void
}

export function useSubmit(): Submit {
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [isBusy, setBusy] = useState(false)
  return {
    form,
    errors,
    outcome,
    isBusy,
    async submit(wrong, send) {
      if (isBusy) return
      setErrors(wrong)
      setOutcome(null)
      const first = Object.keys(wrong).find((name) => wrong[name])
      if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
      setBusy(true)
      try {
        setOutcome(await send())
      } finally {
        setBusy(false)
      }
    },
    forget: (name) => setErrors((current) => ({ ...current, [name]: undefined })),
  }
}
