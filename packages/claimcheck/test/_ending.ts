/** Every action that ends sessions, and the people it takes. */
import { admin } from 'better-auth/plugins'
import {
  type Browser,
  cheapPasswords,
  createIssuer,
  openBrowser,
  type Store,
  signIn,
  signUp,
} from './_better-auth.js'

export type RevokingAuth = Awaited<ReturnType<typeof createRevokingIssuer>>
type Person = Awaited<ReturnType<typeof signUp>>

export interface Scene {
  readonly auth: RevokingAuth
  /** Does the action, in the first browser. */
  readonly person: Person
  readonly other: Browser
  readonly admin: Browser
  /** Of the person, by their own e-mail. */
  resetToken(): Promise<string>
}

export interface Action {
  readonly title: string
  /** Which of the person's two devices lose access. */
  readonly ends: readonly ('own' | 'other')[]
  run(scene: Scene): Promise<Response>
}

export const actions: readonly Action[] = [
  {
    title: 'sign-out',
    ends: ['own'],
    run: ({ person }) => person.browser.send('POST', '/sign-out', {}),
  },
  {
    title: 'revoke-session',
    ends: ['other'],
    run: async ({ auth, person, other }) => {
      const session = await auth.api.getSession({ headers: other.headers() })
      return person.browser.send('POST', '/revoke-session', { token: session?.session.token })
    },
  },
  {
    title: 'revoke-other-sessions',
    ends: ['other'],
    run: ({ person }) => person.browser.send('POST', '/revoke-other-sessions', {}),
  },
  {
    title: 'revoke-sessions',
    ends: ['own', 'other'],
    run: ({ person }) => person.browser.send('POST', '/revoke-sessions', {}),
  },
  {
    title: 'change-password',
    ends: ['own', 'other'],
    run: ({ person }) =>
      person.browser.send('POST', '/change-password', {
        currentPassword: person.password,
        newPassword: 'a new and better password',
        revokeOtherSessions: false,
      }),
  },
  {
    title: 'reset-password',
    ends: ['own', 'other'],
    run: async (scene) =>
      openBrowser(scene.auth.handler).send('POST', '/reset-password', {
        newPassword: 'a new and better password',
        token: await scene.resetToken(),
      }),
  },
  {
    title: 'delete-user',
    ends: ['own', 'other'],
    run: ({ person }) => person.browser.send('POST', '/delete-user', { password: person.password }),
  },
  {
    title: 'admin ban-user',
    ends: ['own', 'other'],
    run: (scene) => scene.admin.send('POST', '/admin/ban-user', { userId: scene.person.userId }),
  },
  {
    title: 'admin update-user with banned',
    ends: ['own', 'other'],
    run: ({ admin: browser, person }) =>
      browser.send('POST', '/admin/update-user', { userId: person.userId, data: { banned: true } }),
  },
  {
    title: 'admin revoke-user-session',
    ends: ['other'],
    run: async ({ auth, admin: browser, other }) => {
      const session = await auth.api.getSession({ headers: other.headers() })
      const sessionToken = session?.session.token
      return browser.send('POST', '/admin/revoke-user-session', { sessionToken })
    },
  },
  {
    title: 'admin revoke-user-sessions',
    ends: ['own', 'other'],
    run: ({ admin: browser, person }) =>
      browser.send('POST', '/admin/revoke-user-sessions', { userId: person.userId }),
  },
  {
    title: 'admin set-user-password',
    ends: ['own', 'other'],
    run: ({ admin: browser, person }) =>
      browser.send('POST', '/admin/set-user-password', {
        userId: person.userId,
        newPassword: 'a new and better password',
      }),
  },
  {
    title: 'admin remove-user',
    ends: ['own', 'other'],
    run: ({ admin: browser, person }) =>
      browser.send('POST', '/admin/remove-user', { userId: person.userId }),
  },
]

/** A person on two devices, and somebody who may end their sessions. */
export async function setScene(auth: RevokingAuth, resets: Map<string, string>): Promise<Scene> {
  const person = await signUp(auth)
  const other = await signIn(auth, person)
  const boss = await signUp(auth)
  const { internalAdapter } = await auth.$context
  await internalAdapter.updateUser(boss.userId, { role: 'admin' })
  return {
    auth,
    person,
    other,
    admin: boss.browser,
    async resetToken() {
      await person.browser.send('POST', '/request-password-reset', { email: person.email })
      return resets.get(person.email) ?? ''
    },
  }
}

/** @param resets Where the tokens of forgotten passwords go, by e-mail address. */
export async function createRevokingIssuer(store: Store, resets: Map<string, string>) {
  return createIssuer(store, {
    auth: {
      plugins: [admin()],
      emailAndPassword: {
        enabled: true,
        password: cheapPasswords,
        sendResetPassword: async ({ user, token }) => void resets.set(user.email, token),
      },
    },
  })
}
