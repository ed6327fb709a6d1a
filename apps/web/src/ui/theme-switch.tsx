'use client'
/** Light, dark, or as the system: for pages without a menu. */

import { siteCopy } from '../copy/site.js'
import { classes } from './classes.js'
import { Icon } from './icon.js'
import { type Theme, themes } from './theme.js'
import { themeIcons, useTheme } from './use-theme.js'

export function ThemeSwitch({ initial }: { readonly initial: Theme }) {
  const [theme, setTheme] = useTheme(initial)
  return (
    <fieldset className="inline-flex rounded-md border border-line bg-card p-0.5">
      <legend className="sr-only">{siteCopy.theme.label}</legend>
      {themes.map((name) => (
        <label
          key={name}
          title={siteCopy.theme[name]}
          className={classes(
            'flex size-8 items-center justify-center rounded-sm text-quiet pointer-coarse:size-11',
            'has-checked:bg-wash has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-focus',
          )}
        >
          <input
            type="radio"
            name="theme"
            value={name}
            checked={theme === name}
            onChange={() => setTheme(name)}
            className="sr-only"
          />
          <Icon name={themeIcons[name]} className="size-4" />
          <span className="sr-only">{siteCopy.theme[name]}</span>
        </label>
      ))}
    </fieldset>
  )
}
