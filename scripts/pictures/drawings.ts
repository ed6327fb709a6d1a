/** Drawn by the browser of the tests: icons, and the card that others show for a link. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Browser } from '@playwright/test'

/** What the app says of itself. */
export interface Brand {
  readonly name: string
  /** In one line, what it is for. */
  readonly title: string
  /** The colour of the paper. */
  readonly paper: string
  /** The mark, as SVG. */
  readonly mark: string
}

/** A square PNG with the mark. @param size Pixels. */
export function drawIcon(browser: Browser, { mark, paper }: Brand, size: number): Promise<Buffer> {
  // A phone cuts the corners off and fills what is transparent with black.
  const isTouch = size > 64
  const style = `svg { width: ${isTouch ? 68 : 100}% } body { background: ${isTouch ? paper : 'none'} }`
  return draw(browser, { width: size, height: size }, style, mark)
}

/** 1200 by 630 pixels, as https://ogp.me readers expect them. */
export async function drawCard(browser: Browser, brand: Brand): Promise<Buffer> {
  const { mark, name, title, paper } = brand
  const fonts = join(
    dirname(createRequire(import.meta.url).resolve('geist/font/sans')),
    'fonts/geist-sans',
  )
  const faces = await Promise.all(
    [
      ['Regular', 400],
      ['SemiBold', 600],
    ].map(async ([cut, weight]) => {
      const font = await readFile(join(fonts, `Geist-${cut}.woff2`), 'base64')
      return `@font-face { font-family: Geist; font-weight: ${weight}; src: url(data:font/woff2;base64,${font}) }`
    }),
  )
  const style = `${faces.join('\n')}
    body { background: ${paper}; color: #2a231d; font-family: Geist }
    main { width: 1000px }
    header { display: flex; align-items: center; gap: 28px; font: 600 44px Geist }
    svg { width: 96px }
    h1 { margin: 56px 0 0; font: 600 68px/1.2 Geist; letter-spacing: -0.02em; text-wrap: balance }
    p { margin: 44px 0 0; padding-top: 36px; border-top: 6px dotted #8f8577; font: 400 30px Geist; color: #5f564b }`
  const text = `<main><header>${mark}${name}</header><h1>${title}</h1><p>npm install claimcheck</p></main>`
  return draw(browser, { width: 1_200, height: 630 }, style, text)
}

/** One PNG as an ICO, which has held whole PNGs since Windows Vista. */
export function toIco(png: Uint8Array): Uint8Array {
  const head = Buffer.alloc(22)
  head.writeUInt16LE(1, 2) // An icon,
  head.writeUInt16LE(1, 4) // one of it,
  head.writeUInt8(32, 6) // 32 pixels wide
  head.writeUInt8(32, 7) // and high,
  head.writeUInt16LE(1, 10)
  head.writeUInt16LE(32, 12) // with 32 bits each,
  head.writeUInt32LE(png.length, 14)
  head.writeUInt32LE(head.length, 18) // right behind this.
  return Buffer.concat([head, png])
}

interface Size {
  readonly width: number
  readonly height: number
}

async function draw(browser: Browser, viewport: Size, style: string, body: string) {
  const page = await browser.newPage({ viewport })
  const centre =
    'html, body { margin: 0; height: 100% } body { display: flex; align-items: center; justify-content: center }'
  await page.setContent(`<style>${centre} ${style}</style>${body}`)
  await page.evaluate('document.fonts.ready')
  const picture = await page.screenshot({ omitBackground: true })
  await page.close()
  return picture
}
