/** What every store has to do, with every release of Better Auth. */
import { expectEqual, expectRevoked, expectSoon, signIn, signUp } from './world.js'

/** @type {{ name: string, run: (world: import('./world.js').World) => Promise<void> }[]} */
export const cases = [
  {
    name: 'tokens',
    async run({ auth, verifier }) {
      const person = await signUp(auth)
      const tokens = await Promise.all(Array.from({ length: 20 }, () => person.token()))
      const identities = await Promise.all(tokens.map((token) => verifier.verify(token)))
      for (const { subject } of identities) expectEqual('the subject', subject, person.id)
      const { keys } = await person.send('GET', '/jwks')
      expectEqual('the number of keys that twenty tokens at once made', keys.length, 1)
    },
  },
  {
    name: 'sign-out',
    async run({ auth, verifier }) {
      const person = await signUp(auth)
      const other = await signIn(auth, person)
      const [ended, kept] = [await person.token(), await other.token()]
      await Promise.all([verifier.verify(ended), verifier.verify(kept)])
      await person.send('POST', '/sign-out', {})
      await expectRevoked(verifier, ended)
      await verifier.verify(kept)
    },
  },
  {
    name: 'other sessions ended',
    async run({ auth, verifier }) {
      const person = await signUp(auth)
      const others = [await signIn(auth, person), await signIn(auth, person)]
      const ended = await Promise.all(others.map((other) => other.token()))
      await person.send('POST', '/revoke-other-sessions', {})
      for (const token of ended) await expectRevoked(verifier, token)
      await verifier.verify(await person.token())
    },
  },
  {
    name: 'password changed',
    async run({ auth, verifier }) {
      const person = await signUp(auth)
      const other = await signIn(auth, person)
      const ended = [await person.token(), await other.token()]
      await person.send('POST', '/change-password', {
        currentPassword: person.password,
        newPassword: 'another long password',
      })
      for (const token of ended) await expectRevoked(verifier, token)
      await verifier.verify(await person.token())
    },
  },
  {
    name: 'account deleted',
    async run({ auth, verifier }) {
      const person = await signUp(auth)
      const token = await person.token()
      await verifier.verify(token)
      await person.send('POST', '/delete-user', { password: person.password })
      await expectRevoked(verifier, token)
      // The session ends first, and the person is named in what the feed says next.
      await expectSoon('the number of deleted people', () => verifier.deletedSubjects().length, 1)
    },
  },
  {
    name: 'another process',
    async run({ auth, start }) {
      const person = await signUp(auth)
      const other = await signIn(auth, person)
      const [ended, kept] = [await person.token(), await other.token()]
      await person.send('POST', '/sign-out', {})
      const { verifier } = await start()
      await expectRevoked(verifier, ended)
      await verifier.verify(kept)
    },
  },
]
