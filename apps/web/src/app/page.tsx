/** The front door: what this is for people who build, the picture of it, and the list that shows it. */

import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { getAuth, getEnv } from '../auth/running.js'
import { homeCopy as words } from '../copy/home.js'
import { siteCopy } from '../copy/site.js'
import { Picture } from '../home/picture.js'
import { ReferenceLink } from '../home/reference-link.js'
import { Sample } from '../home/sample.js'
import { buttonLook } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Logo } from '../ui/logo.js'
import { readTheme, themeCookie } from '../ui/theme.js'
import { ThemeSwitch } from '../ui/theme-switch.js'

const { name, description } = siteCopy

/** The one page that is to be found and shown around; the others say nothing of themselves to strangers. */
export const metadata: Metadata = {
  description,
  openGraph: { siteName: name, title: words.title, description, type: 'website' },
  twitter: { card: 'summary_large_image' },
}

export default async function HomePage() {
  const session = await getAuth().api.getSession({ headers: await headers() })
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  const { apiUrl, inspector } = getEnv().public
  const links = [
    ...(inspector ? [{ text: words.links.inspector, href: '/inspector' }] : []),
    { text: words.links.docs, href: siteCopy.docs },
  ]
  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col px-4 sm:px-8">
      <header className="flex items-center justify-between gap-4 py-6">
        <Logo />
        <a
          href={session ? '/dashboard' : '/sign-in'}
          className={classes(buttonLook('quiet'), '-mr-4')}
        >
          {session ? words.dashboard : words.signIn}
        </a>
      </header>
      <main className="flex flex-1 flex-col gap-16 py-6 sm:py-10">
        <div className="grid items-start gap-10 lg:grid-cols-2 lg:gap-12">
          <div className="lg:pt-6">
            <h1 className="text-balance font-semibold text-28">{words.title}</h1>
            <p className="mt-4 max-w-prose text-pretty text-16 text-quiet">{words.lead}</p>
            <p className="mt-6 overflow-x-auto rounded-md border border-line bg-card px-4 py-3 font-mono">
              <span aria-hidden="true" className="select-none text-quiet">
                ${' '}
              </span>
              {words.install}
            </p>
            <ul className="mt-6 flex flex-wrap gap-3">
              {links.map(({ text, href }) => (
                <li key={href}>
                  <a href={href} className={buttonLook()}>
                    {text}
                  </a>
                </li>
              ))}
              <li>
                <ReferenceLink apiUrl={apiUrl} text={words.links.api} initial={theme} />
              </li>
            </ul>
          </div>
          <Picture />
        </div>
        <section
          aria-labelledby="list"
          className="grid items-center gap-8 lg:grid-cols-2 lg:gap-12"
        >
          <div>
            <h2 id="list" className="text-balance font-semibold text-20">
              {words.list.title}
            </h2>
            <p className="mt-3 max-w-prose text-pretty text-quiet">{words.list.text}</p>
            <div className="mt-6 flex flex-wrap gap-3">
              <a href={session ? '/dashboard' : '/sign-up'} className={buttonLook('primary')}>
                {session ? words.dashboard : words.signUp}
              </a>
            </div>
          </div>
          <Sample />
        </section>
        <section aria-labelledby="holds">
          <h2 id="holds" className="font-semibold text-20">
            {words.holds.title}
          </h2>
          <ul className="mt-6 grid gap-x-8 gap-y-6 sm:grid-cols-3">
            {words.holds.facts.map(({ title, text }) => (
              <li key={title} className="border-line border-t pt-4">
                <h3 className="font-medium text-16">{title}</h3>
                <p className="mt-1 text-pretty text-quiet">{text}</p>
              </li>
            ))}
          </ul>
        </section>
      </main>
      <footer className="flex items-center justify-between border-line border-t py-6 text-12 text-quiet">
        <p>{siteCopy.name}</p>
        <ThemeSwitch initial={theme} />
      </footer>
    </div>
  )
}
