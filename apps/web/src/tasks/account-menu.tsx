'use client'
/** Who is signed in, how it looks, and the way out. */

import { authCopy } from '../copy/auth.js'
import { siteCopy } from '../copy/site.js'
import { tasksCopy } from '../copy/tasks.js'
import { buttonLook } from '../ui/button.js'
import { Icon } from '../ui/icon.js'
import { Menu } from '../ui/menu.js'
import { readTheme, type Theme, themes } from '../ui/theme.js'
import { themeIcons, useTheme } from '../ui/use-theme.js'
import { useEngine } from './sync/engine-context.js'

export interface AccountMenuProps {
  readonly theme: Theme
  readonly hasInspector: boolean
  readonly shape: 'rail' | 'bar'
  onHelp(): void
  onSignOut(): void
}

const words = tasksCopy.account

export function AccountMenu({
  theme: initial,
  hasInspector,
  shape,
  onHelp,
  onSignOut,
}: AccountMenuProps) {
  const { person } = useEngine()
  const [theme, setTheme] = useTheme(initial)
  const isRail = shape === 'rail'
  return (
    <Menu
      label={`${words.label}: ${person.name}`}
      side={isRail ? 'top' : 'bottom'}
      align={isRail ? 'start' : 'end'}
      className={isRail ? railLook : buttonLook('quiet', 'icon')}
      parts={[
        { kind: 'note', title: person.name, text: person.email },
        { kind: 'line' },
        {
          kind: 'choice',
          label: siteCopy.theme.label,
          value: theme,
          options: themes.map((value) => ({
            value,
            label: siteCopy.theme[value],
            icon: themeIcons[value],
          })),
          choose: (value) => setTheme(readTheme(value)),
        },
        { kind: 'line' },
        { kind: 'link', icon: 'person', label: words.settings, href: '/account' },
        ...(hasInspector
          ? [{ kind: 'link', icon: 'search', label: words.inspector, href: '/inspector' } as const]
          : []),
        { kind: 'action', icon: 'help', label: words.help, run: onHelp },
        { kind: 'action', icon: 'signOut', label: authCopy.signOut, run: onSignOut },
      ]}
    >
      <Icon name="person" />
      {isRail && <span className="truncate">{person.name}</span>}
    </Menu>
  )
}

const railLook =
  'flex h-9 w-full items-center gap-3 rounded-md px-3 text-14 text-quiet transition-colors hover:bg-wash hover:text-ink'
