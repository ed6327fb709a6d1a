'use client'
/** Tells the server the browser's time zone, from the first page on. */

import { useEffect } from 'react'
import { timeZoneCookie } from './time-zone.js'

export function TimeZoneNote() {
  useEffect(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const entry = `${timeZoneCookie}=${encodeURIComponent(timeZone)}`
    if (document.cookie.split('; ').includes(entry)) return
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in browsers that people use
    document.cookie = `${entry}; path=/; max-age=31536000; samesite=lax`
  }, [])
  return null
}
