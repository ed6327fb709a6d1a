/** The appearance somebody chose: a cookie that the server reads, so that the first paint is right. */

export const themes = ['system', 'light', 'dark'] as const

export type Theme = (typeof themes)[number]

export const themeCookie = 'theme'

/** Anything but `light` and `dark` means: as the system. */
export function readTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** Applies a theme at once and remembers it for a year. In the browser only. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  const age = theme === 'system' ? 0 : 31_536_000
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in browsers that people use
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=${age}; samesite=lax`
}
