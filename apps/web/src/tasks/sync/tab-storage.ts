/** The storage of this tab, as far as the browser grants it. What is kept here is typed text, never a token. */

export interface TabStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** Null where the browser has none or refuses it; a full one keeps what it had. */
export function openTabStorage(): TabStorage | null {
  try {
    const { sessionStorage } = window
    return {
      getItem: (key) => sessionStorage.getItem(key),
      setItem(key, value) {
        try {
          sessionStorage.setItem(key, value)
        } catch {
          // Full: the text is still in memory, only a reload would lose it.
        }
      },
      removeItem: (key) => sessionStorage.removeItem(key),
    }
  } catch {
    return null
  }
}
