/** Reads a page of the documentation as someone who follows it: files to write, commands to run. */

/** A file to write, or a command to run. */
export type Step =
  | { readonly kind: 'file'; readonly source: string; readonly code: string }
  | { readonly kind: 'command'; readonly heading: string; readonly text: string }

/**
 * Its steps, in order. A block of code is the file that the comment before it names; one without a language is commands
 * to type, a line each, or variables to set.
 */
export function readSteps(markdown: string): Step[] {
  const steps: Step[] = []
  let heading = ''
  const pattern = /^## ([^\n]+)$|(?:<!-- (\S+) -->\n)?^```(\w*)\n(.*?)^```$/gms
  for (const [, title, source, language = '', code = ''] of markdown.matchAll(pattern)) {
    if (title !== undefined) heading = title
    else if (source !== undefined) steps.push({ kind: 'file', source, code })
    else if (language === '') {
      for (const text of code.trimEnd().split('\n')) steps.push({ kind: 'command', heading, text })
    }
  }
  return steps
}
