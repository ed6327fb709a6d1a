/** What happens, between four actors: who says what to whom, and what nobody has to ask. */

import { homeCopy } from '../copy/home.js'
import { classes } from '../ui/classes.js'
import { LogoMark } from '../ui/logo.js'

const words = homeCopy.picture

export function Picture() {
  return (
    <figure className="rounded-md border border-line bg-card p-4 sm:p-6">
      <figcaption className="mb-4 font-medium">{words.title}</figcaption>
      <div aria-hidden="true" className="grid grid-cols-4 text-center font-medium text-12">
        {words.actors.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <ol>
        {words.messages.map(({ arrow, who, text }, index) => (
          <li key={arrow} className="border-line border-t py-2 first:mt-2">
            <p className="flex items-baseline gap-2.5">
              <span aria-hidden="true" className="font-mono text-12 text-quiet tabular-nums">
                {index + 1}
              </span>
              <span className="min-w-0 flex-1">
                <span className="sr-only">{who} </span>
                {text}
              </span>
              {arrow === 'site-browser' && <LogoMark className="h-3.5 self-center" />}
            </p>
            <Lanes arrow={arrow} />
          </li>
        ))}
      </ol>
    </figure>
  )
}

/** Four lines with an arrow across them: eight half columns, so that it goes from middle to middle. */
function Lanes({ arrow }: { readonly arrow: keyof typeof arrows }) {
  return (
    <span aria-hidden="true" className="relative mt-1 grid h-5 grid-cols-8 items-center">
      {lanes.map((place) => (
        <span key={place} className={classes('absolute inset-y-0 w-px bg-line', place)} />
      ))}
      <span className={classes('relative row-start-1', arrows[arrow])} />
    </span>
  )
}

const lanes = ['left-[12.5%]', 'left-[37.5%]', 'left-[62.5%]', 'left-[87.5%]']
const shaft =
  'h-0 border-t-[1.5px] border-ink after:absolute after:-top-[5px] after:size-2 after:rotate-45'
const right = `${shaft} after:right-0 after:border-t-[1.5px] after:border-r-[1.5px] after:border-ink`
const left = `${shaft} after:left-0 after:border-b-[1.5px] after:border-l-[1.5px] after:border-ink`

const arrows = {
  'browser-site': `col-start-2 col-end-4 ${right}`,
  'site-browser': `col-start-2 col-end-4 ${left}`,
  'browser-api': `col-start-2 col-end-6 ${right}`,
  'api-api': 'col-start-5 col-end-7 size-2.5 justify-self-center rounded-full bg-ink',
  'api-postgres': `col-start-6 col-end-8 ${right}`,
  'site-api': `col-start-4 col-end-6 border-dashed ${right}`,
} as const
