/** The front door: what this is, and the way in. */

import { cookies, headers } from 'next/headers'
import { getAuth } from '../auth/running.js'
import { siteCopy } from '../copy/site.js'
import { buttonLook } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import { Logo } from '../ui/logo.js'
import { readTheme, themeCookie } from '../ui/theme.js'
import { ThemeSwitch } from '../ui/theme-switch.js'

const words = siteCopy.home

export default async function HomePage() {
  const session = await getAuth().api.getSession({ headers: await headers() })
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col px-4 sm:px-8">
      <header className="flex items-center justify-between py-6">
        <Logo />
        {!session && (
          <a href="/sign-in" className={buttonLook('quiet')}>
            {words.signIn}
          </a>
        )}
      </header>
      <main className="flex flex-1 flex-col justify-center gap-16 py-10">
        <div className="grid items-center gap-12 lg:grid-cols-2">
          <div>
            <h1 className="text-balance font-semibold text-28">{words.title}</h1>
            <p className="mt-4 max-w-prose text-pretty text-16 text-quiet">{words.lead}</p>
            <div className="mt-8 flex flex-wrap gap-3">
              {session ? (
                <a href="/dashboard" className={buttonLook('primary')}>
                  {words.dashboard}
                </a>
              ) : (
                <>
                  <a href="/sign-up" className={buttonLook('primary')}>
                    {words.signUp}
                  </a>
                  <a href="/sign-in" className={buttonLook()}>
                    {words.signIn}
                  </a>
                </>
              )}
            </div>
          </div>
          <Sample />
        </div>
        <section aria-labelledby="how">
          <h2 id="how" className="font-semibold text-20">
            {words.how}
          </h2>
          <ol className="mt-6 grid gap-x-8 gap-y-6 sm:grid-cols-3">
            {words.steps.map((step, index) => (
              <li key={step.title} className="border-line border-t pt-4">
                <p className="font-mono text-12 text-quiet">{index + 1}</p>
                <h3 className="mt-1 font-medium text-16">{step.title}</h3>
                <p className="mt-1 text-pretty text-quiet">{step.text}</p>
              </li>
            ))}
          </ol>
        </section>
      </main>
      <footer className="flex items-center justify-between border-line border-t py-6 text-12 text-quiet">
        <p>{siteCopy.name}</p>
        <ThemeSwitch initial={theme} />
      </footer>
    </div>
  )
}

function Sample() {
  return (
    <figure className="rounded-md border border-line bg-card p-5">
      <figcaption className="sr-only">{words.sample.label}</figcaption>
      <ul>
        {words.sample.tasks.map((task) => (
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
