'use client'
/** The last resort, when the document itself could not be made: it brings its own. */

import './styles.css'
import ErrorPage, { type ErrorPageProps } from './error.js'

export default function GlobalErrorPage(props: ErrorPageProps) {
  return (
    <html lang="en">
      <body>
        <ErrorPage {...props} />
      </body>
    </html>
  )
}
