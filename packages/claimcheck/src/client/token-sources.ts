/** The tokens of one person: a source for each audience, which begin and end together. */

import type { SignedOutReason } from './client-errors.js'
import {
  createTokenSource,
  type Person,
  type TokenSource,
  type TokenSourceOptions,
} from './token-source.js'

export interface TokenSources {
  /** The source of tokens for an audience; undefined is the issuer's first. */
  of(audience?: string): TokenSource
  readonly person: Person
  check(): void
  forget(): void
  open(): void
  close(): void
}

export function createTokenSources(
  options: Omit<TokenSourceOptions, 'person' | 'audience'>,
): TokenSources {
  const sources = new Map<string | undefined, TokenSource>()
  let keeping = false
  let ended = false
  const person: Person = {
    epoch: 0,
    subject: undefined,
    end(reason: SignedOutReason) {
      person.epoch += 1
      person.subject = undefined
      for (const source of sources.values()) source.end(reason)
      if (!ended) options.emitter.emit('signed-out', { reason })
      ended = true
    },
    appear(subject) {
      person.subject = subject
      ended = false
    },
  }

  function each(act: (source: TokenSource) => void): void {
    for (const source of sources.values()) act(source)
  }

  return {
    person,
    of(audience) {
      let source = sources.get(audience)
      if (!source) {
        source = createTokenSource({ ...options, audience, person })
        if (keeping) source.open()
        sources.set(audience, source)
      }
      return source
    },
    check: () => each((source) => source.check()),
    forget() {
      person.subject = undefined
      each((source) => source.forget())
    },
    open() {
      keeping = true
      each((source) => source.open())
    },
    close() {
      keeping = false
      person.subject = undefined
      each((source) => source.close())
    },
  }
}
