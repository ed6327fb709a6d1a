'use client'
// Who is signed in, how it looks, and the way out.

import { useState } from 'react'
import { signOut } from '../account/sign-out.js'
import { authCopy } from '../copy/auth.js'
import { siteCopy } from '../copy/site.js'
import { tasksCopy } from '../copy/tasks.js'
import { Button, buttonLook } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Dialog } from '../ui/dialog.js'
import { Icon } from '../ui/icon.js'
import { Menu, MenuChoice, MenuItem, MenuLine, MenuNote } from '../ui/menu.js'
import { type Theme, themes } from '../ui/theme.js'
import { themeIcons, useTheme } from '../ui/use-theme.js'
import { useEngine } from './engine-context.js'
import { usePending } from './use-stores.js'

export interface AccountMenuProps {
  readonly theme: Theme
  readonly shape: 'rail' | 'bar'
  onHelp(): void
}

const words = tasksCopy.account

export function AccountMenu({ theme: initial, shape, onHelp }: AccountMenuProps) {
  const engine = useEngine()
  const { person, toasts } = engine
  const [theme, setTheme] = useTheme(initial)
  const [isAsking, setAsking] = useState(false)
  const pending = usePending().length

  async function leave(): Promise<void> {
    setAsking(false)
    const sentence = await signOut(engine)
    if (sentence) toasts.show({ text: sentence, bad: true })
  }

  return (
    <>
      <Menu
        side={shape === 'rail' ? 'top' : 'bottom'}
        align={shape === 'rail' ? 'start' : 'end'}
        trigger={
          <button
            type="button"
            aria-label={`${words.label}: ${person.name}`}
            className={classes(shape === 'rail' ? railLook : buttonLook('quiet', 'icon'))}
          >
            <Icon name="person" />
            {shape === 'rail' && <span className="truncate">{person.name}</span>}
          </button>
        }
      >
        <MenuNote>
          <span className="block max-w-56 truncate font-medium text-ink">{person.name}</span>
          <span className="block max-w-56 truncate">{person.email}</span>
        </MenuNote>
        <MenuLine />
        <MenuChoice
          label={siteCopy.theme.label}
          value={theme}
          options={themes.map((value) => ({
            value,
            label: siteCopy.theme[value],
            icon: themeIcons[value],
          }))}
          onChange={setTheme}
        />
        <MenuLine />
        <MenuItem icon="help" onClick={onHelp}>
          {words.help}
        </MenuItem>
        <MenuItem icon="signOut" onClick={() => (pending ? setAsking(true) : void leave())}>
          {authCopy.signOut}
        </MenuItem>
      </Menu>
      <Dialog
        open={isAsking}
        onOpenChange={setAsking}
        title={authCopy.signOut}
        description={tasksCopy.toasts.unsavedSignOut(pending)}
      >
        <div className="flex flex-wrap gap-2">
          <Button tone="danger" onClick={() => void leave()}>
            {authCopy.signOut}
          </Button>
          <Button onClick={() => setAsking(false)}>{tasksCopy.editor.cancel}</Button>
        </div>
      </Dialog>
    </>
  )
}

const railLook =
  'flex h-9 w-full items-center gap-3 rounded-md px-3 text-14 text-quiet transition-colors hover:bg-wash hover:text-ink'
