'use client'
/** The dashboard: the list of the view that the address names, and everything around it. */

import { useEffect, useRef, useState } from 'react'
import { siteCopy } from '../copy/site.js'
import { tasksCopy } from '../copy/tasks.js'
import { formatDay } from '../time/day.js'
import { Notice } from '../ui/notice.js'
import type { Theme } from '../ui/theme.js'
import { useAwake, useLate } from '../ui/use-late.js'
import { ConnectionBanner } from './connection-banner.js'
import { Frame } from './frame.js'
import { useKeyboardSwitch } from './keyboard/use-keyboard.js'
import { ListSection } from './list-section.js'
import { useListState } from './list-state/use-list-state.js'
import type { ViewName } from './list-state/views.js'
import type { DialogName } from './overlays.js'
import { type AddAction, QuickAdd } from './quick-add/quick-add.js'
import { signOut } from './sign-out.js'
import { listsKey } from './sync/cache.js'
import { countsKey } from './sync/counts.js'
import type { EngineOptions } from './sync/engine.js'
import { EngineProvider, useEngine } from './sync/engine-context.js'
import { useConnectionState, useIsTyping, useToday } from './sync/use-stores.js'
import { Toolbar } from './toolbar.js'

export interface TaskAppProps extends EngineOptions {
  readonly theme: Theme
  /** Whether the menu leads to the inspector. */
  readonly hasInspector: boolean
  /** What the server took for today. */
  readonly today: string
  readonly addTask: AddAction
  /** Made anew with every answer of the server. */
  readonly formId: string
}

export function TaskApp(props: TaskAppProps) {
  return (
    <EngineProvider
      person={props.person}
      apiUrl={props.apiUrl}
      timeZone={props.timeZone}
      first={props.first}
    >
      <Dashboard {...props} />
    </EngineProvider>
  )
}

const loadOverlays = () => import('./overlays.js')

function Dashboard({ theme, hasInspector, today: serverToday, addTask, formId }: TaskAppProps) {
  const engine = useEngine()
  const { client, drafts, expanded, pendingChanges, toasts } = engine
  const [state, go] = useListState()
  const today = useToday(serverToday)
  const [dialog, setDialog] = useDialog()
  const overlays = useLate(loadOverlays, useAwake() || dialog !== null)
  const firstFormId = useRef(formId)

  function goToView(view: ViewName): void {
    expanded.set(null)
    go({ view, q: '', sort: null, priority: null }, 'push')
    window.scrollTo(0, 0)
  }

  function askToLeave(): void {
    if (pendingChanges.isWaiting() || drafts.count() > 0) setDialog('sign-out')
    else void leave()
  }

  async function leave(): Promise<void> {
    setDialog(null)
    const sentence = await signOut(engine)
    if (sentence) toasts.show({ text: sentence, bad: true })
  }

  const openHelp = () => setDialog('help')
  const shortcuts = useKeyboardSwitch()

  useEffect(() => {
    // Another form id means that the server has answered again, and may have added a task by itself.
    if (formId === firstFormId.current) return
    firstFormId.current = formId
    void client.invalidateQueries({ queryKey: listsKey })
    void client.invalidateQueries({ queryKey: countsKey })
  }, [client, formId])

  const title = tasksCopy.views[state.view]
  useEffect(() => {
    document.title = `${title} · ${siteCopy.name}`
  }, [title])

  return (
    <>
      <Frame
        view={state.view}
        today={today}
        theme={theme}
        hasInspector={hasInspector}
        onGo={goToView}
        onHelp={openHelp}
        onSignOut={askToLeave}
        head={
          <>
            <noscript>
              <Notice className="mb-4">{tasksCopy.noScript}</Notice>
            </noscript>
            <ConnectionBanner onSignIn={() => setDialog('session')} />
            <div className="flex flex-wrap items-baseline gap-x-3">
              <h1 className="font-semibold text-28">{title}</h1>
              <p className="text-quiet">{formatDay(today, today)}</p>
            </div>
          </>
        }
        quickAdd={
          <QuickAdd
            state={state}
            today={today}
            action={addTask}
            formId={formId}
            goToOpen={() => goToView('open')}
          />
        }
      >
        <Toolbar state={state} onChange={(next) => go(next, 'replace')} />
        <ListSection
          state={state}
          today={today}
          hasShortcuts={shortcuts.enabled}
          goToView={goToView}
          openHelp={openHelp}
          onReset={() => go({ view: state.view, q: '', sort: null, priority: null }, 'replace')}
        />
      </Frame>
      {overlays && (
        <overlays.Overlays
          dialog={dialog}
          shortcuts={shortcuts}
          onClose={() => setDialog(null)}
          onSignOut={() => void leave()}
        />
      )}
    </>
  )
}

/**
 * The dialog that is open. One that asks to sign in opens by itself when the session ends, but not under the fingers of
 * somebody who is typing, and goes when the session is back.
 */
function useDialog(): readonly [DialogName | null, (dialog: DialogName | null) => void] {
  const isSignedOut = useConnectionState().kind === 'signed-out'
  const isTyping = useIsTyping()
  const phase = isSignedOut ? (isTyping ? 'typing' : 'asking') : 'in'
  const [lastPhase, setLastPhase] = useState(phase)
  const [dialog, setDialog] = useState<DialogName | null>(null)
  if (phase !== lastPhase) {
    setLastPhase(phase)
    if (phase !== 'typing') setDialog(phase === 'asking' ? 'session' : null)
  }
  return [dialog, setDialog]
}
