'use client'
/** A password: can be pasted, shown, and filled by a password manager. */

import { useState } from 'react'
import { authCopy } from '../copy/auth.js'
import { Button } from './button.js'
import { Field, type FieldProps } from './field.js'
import { Icon } from './icon.js'
import { judgePassword, type Strength } from './strength.js'

export interface PasswordFieldProps extends Omit<FieldProps, 'type' | 'trailing' | 'hint'> {
  /** Decides what a password manager offers. */
  readonly autoComplete: 'current-password' | 'new-password'
  /** Given for a new password: words a guesser would try. Shows how hard it is to guess. */
  readonly personal?: readonly string[]
}

export function PasswordField({ personal, onChange, ...field }: PasswordFieldProps) {
  const [shown, setShown] = useState(false)
  const [typed, setTyped] = useState('')
  return (
    <Field
      {...field}
      type={shown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        onChange?.(event)
      }}
      // One message for one fault: an error says what the hint would.
      hint={
        personal &&
        !field.error && <StrengthHint strength={typed ? judgePassword(typed, personal) : null} />
      }
      trailing={
        <Button
          tone="quiet"
          size="icon"
          aria-label={shown ? authCopy.fields.hide : authCopy.fields.show}
          aria-controls={field.id}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eyeOff' : 'eye'} />
        </Button>
      }
    />
  )
}

const marks: Record<Strength, string> = { short: '○○○', weak: '●○○', fair: '●●○', strong: '●●●' }

function StrengthHint({ strength }: { readonly strength: Strength | null }) {
  return (
    <p role="status" className="flex items-center gap-2">
      {strength ? (
        <>
          <span aria-hidden="true" className="font-mono tracking-widest">
            {marks[strength]}
          </span>
          {authCopy.strength[strength]}
        </>
      ) : (
        authCopy.fields.passwordHint
      )}
    </p>
  )
}
