/** What a phone needs to put the app beside its others. */

import type { MetadataRoute } from 'next'
import { siteCopy } from '../copy/site.js'
import { paperColours } from '../home/paper.js'

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: siteCopy.name,
    short_name: siteCopy.name,
    description: siteCopy.description,
    start_url: '/dashboard',
    display: 'standalone',
    background_color: paperColours.light,
    theme_color: paperColours.light,
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/apple-icon.png', sizes: '180x180', type: 'image/png' },
    ],
  }
}
