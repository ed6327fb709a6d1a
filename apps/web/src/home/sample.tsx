/** What a list looks like. */

import { homeCopy } from '../copy/home.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'

const words = homeCopy.sample

export function Sample() {
  return (
    <figure className="rounded-md border border-line bg-card px-5 py-2">
      <figcaption className="sr-only">{words.label}</figcaption>
      <ul>
        {words.tasks.map((task) => (
          <li
            key={task.title}
            className="flex items-center gap-3 border-line border-b py-3 last:border-b-0"
          >
            <span
              aria-hidden="true"
              className={classes(
                'flex size-5 shrink-0 items-center justify-center rounded-sm border-[1.5px]',
                task.done ? 'border-ink bg-ink text-paper' : 'border-edge',
              )}
            >
              {task.done && <Icon name="check" className="size-4" />}
            </span>
            <span className={classes('min-w-0 flex-1', task.done && 'text-quiet line-through')}>
              {task.title}
            </span>
            <span
              className={classes('text-12', task.today ? 'font-medium text-accent' : 'text-quiet')}
            >
              {task.due}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  )
}
