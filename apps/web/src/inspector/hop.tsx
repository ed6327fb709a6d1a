'use client'
/**
 * One message of the journey: an arrow between two of the four actors, with its time. Pressed, it
 * shows what travelled.
 */

import { type ReactNode, useId, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'

/** From whom to whom; `api-api` is what the API does by itself. */
export type Arrow = keyof typeof arrows

export interface HopProps {
  readonly title: string
  readonly text: string
  readonly arrow: Arrow
  /** Milliseconds; undefined where nothing is waited for. */
  readonly time?: number | undefined
  readonly children?: ReactNode
}

const words = inspectorCopy.diagram

/** The names of the actors, above their lines. */
export function Actors() {
  return (
    <div aria-hidden="true" className={rowLook}>
      <span />
      <div className="grid grid-cols-4 text-center font-medium text-12">
        {words.actors.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
    </div>
  )
}

export function Hop({ title, text, arrow, time, children }: HopProps) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <li className="border-line border-t">
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className={classes(
            rowLook,
            'w-full text-left hover:bg-wash focus-visible:-outline-offset-2',
          )}
        >
          <span className="flex min-w-0 items-baseline gap-2 pt-1.5 md:py-3">
            <Icon
              name="chevron"
              className={classes('size-4 self-center text-quiet', !isOpen && '-rotate-90')}
            />
            <span className="flex-1 font-medium">{title}</span>
            {time !== undefined && (
              <span className="font-mono text-12 text-quiet tabular-nums">
                {inspectorCopy.time(time)}
              </span>
            )}
          </span>
          <Lanes arrow={arrow} />
        </button>
      </h3>
      {isOpen && (
        <div id={id} className="animate-arrive space-y-4 px-2 pt-2 pb-6 md:pl-6">
          <p className="text-quiet">{text}</p>
          {children}
        </div>
      )}
    </li>
  )
}

/** The four lines with the arrow across them: eight half columns, so that an arrow goes from middle to middle. */
function Lanes({ arrow }: { readonly arrow: Arrow }) {
  return (
    <span aria-hidden="true" className="relative grid h-6 grid-cols-8 items-center md:h-full">
      {lanes.map((place) => (
        <span key={place} className={classes('absolute inset-y-0 w-px bg-line', place)} />
      ))}
      <span className={classes('relative row-start-1', arrows[arrow])} />
    </span>
  )
}

const rowLook = 'grid md:grid-cols-[minmax(0,22rem)_1fr] md:gap-4'
const lanes = ['left-[12.5%]', 'left-[37.5%]', 'left-[62.5%]', 'left-[87.5%]']
const shaft =
  'h-0 border-t-[1.5px] border-ink after:absolute after:-top-[5px] after:size-2 after:rotate-45'
const right = `${shaft} after:right-0 after:border-t-[1.5px] after:border-r-[1.5px] after:border-ink`
const left = `${shaft} after:left-0 after:border-b-[1.5px] after:border-l-[1.5px] after:border-ink`

const arrows = {
  'browser-site': `col-start-2 col-end-4 ${right}`,
  'site-browser': `col-start-2 col-end-4 ${left}`,
  'api-site': `col-start-4 col-end-6 border-dashed ${left}`,
  'browser-api': `col-start-2 col-end-6 ${right}`,
  'api-api': 'col-start-5 col-end-7 size-2.5 justify-self-center rounded-full bg-ink',
  'api-postgres': `col-start-6 col-end-8 ${right}`,
  'api-browser': `col-start-2 col-end-6 ${left}`,
} as const

export interface FactsProps {
  readonly facts: ReadonlyArray<readonly [term: string, value: ReactNode]>
}

/** Names and values, one to a line. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className="grid gap-x-6 gap-y-2 rounded-md border border-line bg-card px-4 py-3 sm:grid-cols-[auto_1fr] sm:gap-y-1.5">
      {facts.map(([term, value]) => (
        <div key={term} className="min-w-0 sm:contents">
          <dt className="text-quiet max-sm:text-12">{term}</dt>
          <dd className="min-w-0 break-words font-mono text-12 leading-[1.75] tabular-nums">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
