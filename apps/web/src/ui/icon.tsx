/** The icons: one stroke, one grid of 20 by 20, always beside a word or a label. */

import { classes } from './classes.js'

export type IconName = keyof typeof paths

export interface IconProps {
  readonly name: IconName
  readonly className?: string
}

/** Draws an icon in the colour of the text around it; hidden from screen readers. */
export function Icon({ name, className }: IconProps) {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={classes('size-5 shrink-0', className)}
    >
      <path d={paths[name]} />
    </svg>
  )
}

const paths = {
  copy: 'M7 7V4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.5v7a1.5 1.5 0 0 1-1.5 1.5H13M4.5 7h7A1.5 1.5 0 0 1 13 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7z',
  open: 'M4 5.5h.01M4 10h.01M4 14.5h.01M7.5 5.5h9M7.5 10h9M7.5 14.5h9',
  today: 'M3.5 5.5h13v11h-13zM3.5 8.5h13M7 3.5v3M13 3.5v3M10 11v2.5M8.75 12.25h2.5',
  upcoming: 'M3.5 5.5h13v11h-13zM3.5 8.5h13M7 3.5v3M13 3.5v3M8.5 14.5l2.5-2-2.5-2',
  done: 'M3.5 10a6.5 6.5 0 1 1 13 0 6.5 6.5 0 0 1-13 0zM7 10.2l2.1 2.1L13.2 8',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10M8.5 9v4.5M11.5 9v4.5',
  search: 'M3.5 9a5.5 5.5 0 1 1 11 0 5.5 5.5 0 0 1-11 0zM13 13l3.5 3.5',
  plus: 'M10 4.5v11M4.5 10h11',
  cross: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  notes: 'M4 6h12M4 10h12M4 14h7',
  calendar: 'M3.5 5.5h13v11h-13zM3.5 8.5h13M7 3.5v3M13 3.5v3',
  restore: 'M4 5v4h4M4.6 9A6 6 0 1 1 5 13',
  person: 'M7 7a3 3 0 1 1 6 0 3 3 0 0 1-6 0zM4.5 16.5a5.5 5.5 0 0 1 11 0',
  help: 'M3.5 10a6.5 6.5 0 1 1 13 0 6.5 6.5 0 0 1-13 0zM8.2 8a1.8 1.8 0 1 1 2.6 1.7c-.5.3-.8.7-.8 1.3M10 13.4h.01',
  signOut: 'M8 4H4.5v12H8M12 6.5l3.5 3.5-3.5 3.5M15 10H8',
  sun: 'M7 10a3 3 0 1 1 6 0 3 3 0 0 1-6 0zM10 3v1.5M10 15.5V17M3 10h1.5M15.5 10H17M5 5l1 1M14 14l1 1M15 5l-1 1M6 14l-1 1',
  moon: 'M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z',
  screen: 'M3 4.5h14v9H3zM7.5 16.5h5M10 13.5v3',
  eye: 'M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM7.9 10a2.1 2.1 0 1 1 4.2 0 2.1 2.1 0 0 1-4.2 0z',
  eyeOff:
    'M3.5 3.5l13 13M8.4 5.2A7 7 0 0 1 10 5c4.8 0 7.5 5 7.5 5a13 13 0 0 1-2.3 2.8M12.6 14.5A7 7 0 0 1 10 15c-4.8 0-7.5-5-7.5-5A13 13 0 0 1 6 6.3',
  warning: 'M10 3.5l7 12.5H3zM10 8.5v3.5M10 14h.01',
  info: 'M3.5 10a6.5 6.5 0 1 1 13 0 6.5 6.5 0 0 1-13 0zM10 9.5v4M10 6.8h.01',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  chevron: 'M6 8l4 4 4-4',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
} as const
