'use client'
/** What every form does: check, send, say what came of it, and keep what was typed. */

import { type ChangeEvent, type ComponentProps, type SyntheticEvent, useRef, useState } from 'react'

export type FieldErrors = Readonly<Record<string, string | undefined>>

export interface Outcome {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly text: string
  /** What to do instead, at the end of the text: another form, which the e-mail address is taken along to. */
  readonly link?: { readonly href: string; readonly text: string }
  /** When it may be tried again, in milliseconds since 1970: until then the text counts down. */
  readonly retryAt?: number
}

/** What is to become of a form as it was filled in. */
export interface Submission {
  /** By the name of the field, in the order of the page. One that is set keeps the form from being sent. */
  readonly errors?: FieldErrors
  /**
   * Sends it.
   *
   * @returns What there is to say; null for nothing; `leaving` when another page is on its way, until
   * which the form stays busy.
   */
  send(): Promise<Outcome | 'leaving' | null>
}

export interface Submit {
  /** For the form itself. */
  readonly form: ComponentProps<'form'>
  readonly errors: FieldErrors
  readonly outcome: Outcome | null
  readonly isBusy: boolean
  /** As if the form had been filled in and sent. */
  submit(submission: Submission): Promise<void>
  /** Empties the fields. */
  reset(): void
}

/** @param prepare Reads what was filled in. */
export function useSubmit(prepare: (values: FormData) => Submission): Submit {
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function submit({ errors: wrong = {}, send }: Submission): Promise<void> {
    if (isBusy) return
    setErrors(wrong)
    setOutcome(null)
    const first = Object.keys(wrong).find((name) => wrong[name])
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
    setBusy(true)
    let isLeaving = false
    try {
      const result = await send()
      isLeaving = result === 'leaving'
      if (result !== 'leaving') setOutcome(result)
    } finally {
      if (!isLeaving) setBusy(false)
    }
  }

  return {
    form: {
      ref: form,
      noValidate: true,
      // Before the page's scripts run, a password must not end up in the address.
      method: 'post',
      onSubmit(event: SyntheticEvent<HTMLFormElement>) {
        event.preventDefault()
        void submit(prepare(new FormData(event.currentTarget)))
      },
      // What was said about a field no longer holds once it is changed.
      onChange({ target }: ChangeEvent<HTMLFormElement>) {
        const name: unknown = target.name
        if (typeof name === 'string' && name in errors) {
          setErrors((current) => ({ ...current, [name]: undefined }))
        }
      },
    },
    errors,
    outcome,
    isBusy,
    submit,
    reset: () => form.current?.reset(),
  }
}

/** What was typed into a field, without the blanks around it. */
export function readTyped(values: FormData, name: string): string {
  return readSecret(values, name).trim()
}

/** A password, in which a blank counts. */
export function readSecret(values: FormData, name: string): string {
  const value = values.get(name)
  return typeof value === 'string' ? value : ''
}
