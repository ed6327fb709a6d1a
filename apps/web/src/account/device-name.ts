/**
 * What a device calls itself, in plain words. A guess for people to recognise their own devices by, never for a
 * decision.
 */

import { accountCopy } from '../copy/account.js'

const words = accountCopy.devices

// The order matters: most browsers claim to be others as well.
const browsers: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|OPT|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Headless)?(Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
]

const systems: ReadonlyArray<readonly [RegExp, string]> = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** `Firefox on Linux`. */
export function nameDevice(userAgent: string | null): string {
  const browser = find(browsers, userAgent ?? '')
  const system = find(systems, userAgent ?? '')
  if (!browser && !system) return words.program
  return words.on(browser ?? words.browser, system ?? words.system)
}

function find(names: ReadonlyArray<readonly [RegExp, string]>, text: string): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1]
}
