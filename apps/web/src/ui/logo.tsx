/** The mark: the numbered stub you get for your coat, torn along its dots. */

import { classes } from './classes.js'

/** The ticket alone; the word beside it names it, so it is hidden from screen readers. */
export function LogoMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 22" fill="none" aria-hidden="true" className={classes('h-5', className)}>
      <path
        className="fill-accent"
        d="M3 0h16.5a1.5 1.5 0 0 0 3 0H29a3 3 0 0 1 3 3v16a3 3 0 0 1-3 3h-6.5a1.5 1.5 0 0 0-3 0H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z"
      />
      <path
        className="stroke-on-accent"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeDasharray="0.01 2.9"
        d="M21 4.4v13.4"
      />
      <path
        className="stroke-on-accent"
        strokeWidth="2.25"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="M6 11.4l3.2 3.2L14.6 8"
      />
    </svg>
  )
}

/** The mark with the name. */
export function Logo({ className }: { readonly className?: string }) {
  return (
    <span className={classes('inline-flex items-center gap-2.5', className)}>
      <LogoMark />
      <span className="font-semibold text-16">Claimcheck</span>
    </span>
  )
}
