'use client'
// The dashboard: the list of the view that the address names, and everything around it.

import { useEffect, useRef, useState } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import type { Theme } from '../ui/theme.js'
import { ToastArea } from '../ui/toast.js'
import { listsKey } from './cache.js'
import { formatDay } from './day.js'
import type { EngineOptions } from './engine.js'
import { EngineProvider, useEngine } from './engine-context.js'
import { Frame } from './frame.js'
import { LinkBanner } from './link-banner.js'
import { type AddAction, QuickAdd } from './quick-add.js'
import { SessionDialog } from './session-dialog.js'
import { ShortcutHelp } from './shortcut-help.js'
import type { Task } from './task.js'
import { TaskList } from './task-list.js'
import { Toolbar } from './toolbar.js'
import { useKeyboard } from './use-keyboard.js'
import { useListState } from './use-list-state.js'
import { useLinkState, usePending, useToday } from './use-stores.js'
import { useTaskList } from './use-task-list.js'
import type { ViewName } from './views.js'

export interface TaskAppProps extends EngineOptions {
  readonly theme: Theme
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
      <WithToasts {...props} />
    </EngineProvider>
  )
}

function WithToasts(props: TaskAppProps) {
  const { toastManager } = useEngine()
  const { label, close } = tasksCopy.toasts
  return (
    <ToastArea manager={toastManager} label={label} close={close}>
      <Dashboard {...props} />
    </ToastArea>
  )
}

function Dashboard({ theme, today: serverToday, addTask, formId }: TaskAppProps) {
  const { client, expanded, toasts } = useEngine()
  const [state, go] = useListState()
  const today = useToday(serverToday)
  const list = useTaskList(state, today)
  const link = useLinkState()
  const hasPending = usePending().length > 0
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isSignInPutOff, putOffSignIn] = useState(false)
  const firstFormId = useRef(formId)
  const isSignedOut = link.kind === 'signed-out'

  function goToView(view: ViewName): void {
    expanded.set(null)
    go({ view, q: '', sort: null, priority: null }, 'push')
    window.scrollTo(0, 0)
  }

  function reportAdded(task: Task, isShownHere: boolean): void {
    if (isShownHere) return
    toasts.show({
      text: tasksCopy.quickAdd.addedElsewhere(task.title),
      action: { label: tasksCopy.quickAdd.show, run: () => goToView('open') },
    })
  }

  const shortcuts = useKeyboard({ tasks: list.tasks, goToView, openHelp: () => setHelpOpen(true) })

  useEffect(() => {
    if (!isSignedOut) putOffSignIn(false)
  }, [isSignedOut])
  useEffect(() => {
    // Another form id means that the server has answered again, and may have added a task by itself.
    if (formId === firstFormId.current) return
    firstFormId.current = formId
    void client.invalidateQueries({ queryKey: listsKey })
  }, [client, formId])

  const title = tasksCopy.views[state.view]
  return (
    <>
      <Frame
        view={state.view}
        theme={theme}
        onGo={goToView}
        onHelp={() => setHelpOpen(true)}
        head={
          <>
            <LinkBanner onSignIn={() => putOffSignIn(false)} />
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
            onAdded={reportAdded}
          />
        }
      >
        <Toolbar state={state} onChange={(next) => go(next, 'replace')} />
        {state.view === 'trash' && list.tasks !== null && list.tasks.length > 0 && (
          <p className="pt-2 text-12 text-quiet">{tasksCopy.states.trashNote}</p>
        )}
        <div className="pt-2">
          <TaskList
            list={list}
            state={state}
            today={today}
            onReset={() => go({ view: state.view, q: '', sort: null, priority: null }, 'replace')}
          />
        </div>
        <p role="status" className="sr-only">
          {list.tasks && tasksCopy.states.count(list.tasks.length, list.hasMore)}
        </p>
      </Frame>
      <ShortcutHelp open={isHelpOpen} onOpenChange={setHelpOpen} {...shortcuts} />
      <SessionDialog
        open={isSignedOut && !isSignInPutOff}
        hasDraft={hasPending || expanded.get() !== null}
        onOpenChange={(open) => putOffSignIn(!open)}
      />
    </>
  )
}
