/** Where the keyboard is in the list. The rows themselves hold the focus, so that screen readers follow. */

const rowSelector = '[data-task]'
/** On its way out: not a row to walk to. */
const stayingSelector = '[data-task]:not([data-leaving])'
const focusSelector = '[data-row-focus]'

/** The id of the task whose row has the focus. */
export function readFocusedRow(): string | null {
  const row = document.activeElement?.closest<HTMLElement>(rowSelector)
  return row?.dataset.task ?? null
}

/** Moves the focus one row on, or back; to the first or last row when no row has it. */
export function moveFocus(step: 1 | -1): void {
  const rows = listRows()
  const current = rows.findIndex((row) => row.contains(document.activeElement))
  const index = current < 0 ? (step === 1 ? 0 : rows.length - 1) : current + step
  focusRow(rows[Math.min(Math.max(index, 0), rows.length - 1)])
}

/** Gives the focus to the row of a task, once it is drawn. */
export function focusTask(id: string): void {
  requestAnimationFrame(() => focusRow(listRows().find((row) => row.dataset.task === id)))
}

/** Before a row goes: if it has the focus, its neighbour gets it, or else the page's main part. */
export function leaveRow(id: string): void {
  const rows = listRows()
  const index = rows.findIndex((row) => row.dataset.task === id)
  const row = rows[index]
  if (!row?.contains(document.activeElement)) return
  const neighbour = rows[index + 1] ?? rows[index - 1]
  onceGone(row, () => {
    if (document.activeElement !== document.body && !row.contains(document.activeElement)) return
    if (neighbour?.isConnected) focusRow(neighbour)
    else document.getElementById('content')?.focus()
  })
}

/** A row that stays, as in a list where it still belongs, keeps the focus. */
function onceGone(row: HTMLElement, run: () => void, frames = 30): void {
  requestAnimationFrame(() => {
    if (!row.isConnected || row.hasAttribute('data-leaving')) run()
    else if (frames > 0) onceGone(row, run, frames - 1)
  })
}

function listRows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(stayingSelector)]
}

function focusRow(row: HTMLElement | undefined): void {
  const target = row?.querySelector<HTMLElement>(focusSelector)
  target?.focus({ preventScroll: true })
  row?.scrollIntoView({ block: 'nearest' })
}
