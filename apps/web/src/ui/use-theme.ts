'use client'
/** The theme as React sees it: the root element's attribute, which the server wrote from the cookie. */

import { useCallback, useSyncExternalStore } from 'react'
import type { IconName } from './icon.js'
import { applyTheme, readTheme, type Theme } from './theme.js'

export const themeIcons: Readonly<Record<Theme, IconName>> = {
  system: 'screen',
  light: 'sun',
  dark: 'moon',
}

/** @param initial What the server read from the cookie. */
export function useTheme(initial: Theme): readonly [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(
    watchRoot,
    () => readTheme(document.documentElement.dataset.theme),
    () => initial,
  )
  return [theme, useCallback((next: Theme) => applyTheme(next), [])]
}

function watchRoot(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}
