import { deepEqual, rejects } from 'node:assert/strict'
import { RookeryError, type ErrorCode, type User } from '@rookery/sdk/protocol'
import { useKept } from '../../src/data/kept/kept.ts'
import { useSession } from '../../src/data/session.ts'
import { createStoreWorld, type Answers, type StoreWorld } from './store-world.ts'

const ada = { id: 'ada', username: 'ada', roles: 'system_user', notifyProps: {} } as unknown as User
const refuse = (code: ErrorCode) => () => { throw new RookeryError(code) }
const lost = () => { throw new TypeError('Failed to fetch') }
const signedIn = () => ({ user: ada, session: { id: 's' } })

/** Whether somebody was signed in on this browser before, and what happens to what it keeps. */
function createSession(answers: Answers, known?: User) {
  const world: StoreWorld = createStoreWorld(answers)
  const kept: string[] = []
  Object.assign(world.use(useKept), {
    open() {}, rememberAccount() {}, account: () => known,
    async erase() { kept.push('erased') },
    async forget() { kept.push('forgotten') },
  })
  return { world, kept, session: world.use(useSession) }
}

describe('a session', () => {
  const { BroadcastChannel } = globalThis
  before(() => { Object.assign(globalThis, { BroadcastChannel: class { postMessage() {} close() {} } }) })
  after(() => { Object.assign(globalThis, { BroadcastChannel }) })

  it('ends where the server knows it no longer, and goes on from what was kept whatever else goes wrong', async () => {
    for (const code of ['not_signed_in', 'account_inactive'] as const) {
      const { kept, session } = createSession({ 'sessions.getCurrent': refuse(code) }, ada)
      await session.restore()
      deepEqual([session.state, session.wasEnded, kept], ['signedOut', true, ['forgotten']], code)
    }
    for (const answer of [refuse('internal'), refuse('rate_limited'), refuse('unknown_operation'), refuse('invalid_input'), refuse('unavailable'), lost]) {
      const { kept, session } = createSession({ 'sessions.getCurrent': answer }, ada)
      await session.restore()
      deepEqual([session.state, session.me?.id, session.wasEnded, kept], ['signedIn', 'ada', false, []])
    }
    const { session } = createSession({ 'sessions.getCurrent': refuse('internal') })
    await rejects(session.restore(), { code: 'internal' })
  })

  it('is asked for again by who goes on from what was kept, once the server is there', async () => {
    const { world, session } = createSession({ 'sessions.getCurrent': lost }, ada)
    await session.restore()
    world.answers['sessions.getCurrent'] = () => ({ user: { ...ada, nickname: 'The Countess' }, session: { id: 's' } })
    world.connect(true)
    await new Promise(setImmediate)
    world.connect(true)
    deepEqual([session.me?.nickname, session.sessionId, world.asked.length], ['The Countess', 's', 2])
  })

  it('goes on where signing out fails, and hears of what happens', async () => {
    const { world, kept, session } = createSession({ 'sessions.getCurrent': signedIn, 'sessions.end': refuse('unavailable') })
    await session.restore()
    await rejects(session.signOut(), { code: 'unavailable' })
    deepEqual([session.state, kept, world.calls], ['signedIn', [], ['disconnect', 'connect']])
    world.answers['sessions.end'] = () => ({})
    await session.signOut()
    deepEqual([session.state, session.wasEnded, kept, world.calls.at(-1)], ['signedOut', false, ['erased'], 'disconnect'])
  })

  it('that is over already is signed out all the same', async () => {
    const { kept, session } = createSession({ 'sessions.getCurrent': signedIn, 'sessions.end': refuse('not_signed_in') })
    await session.restore()
    await session.signOut()
    deepEqual([session.state, kept], ['signedOut', ['erased']])
  })
})

describe('signing up', () => {
  const { BroadcastChannel } = globalThis
  before(() => { Object.assign(globalThis, { BroadcastChannel: class { postMessage() {} close() {} } }) })
  after(() => { Object.assign(globalThis, { BroadcastChannel }) })
  const wanted = { username: 'ada', email: 'ada@example.com', password: 'a tower of rooks 7' }

  it('makes one account, however often signing in to it fails', async () => {
    const { world, session } = createSession({ 'users.create': () => ada, 'sessions.create': refuse('unavailable') })
    await rejects(session.signUp(wanted), { code: 'unavailable' })
    world.answers['users.create'] = refuse('username_taken')
    world.answers['sessions.create'] = signedIn
    await session.signUp(wanted)
    deepEqual([session.state, world.asked], ['signedIn', ['users.create', 'sessions.create', 'sessions.create']])
  })

  it('signs in to the account that was made though nobody was told', async () => {
    const { world, session } = createSession({ 'users.create': lost, 'sessions.create': signedIn })
    await rejects(session.signUp(wanted), TypeError)
    world.answers['users.create'] = refuse('username_taken')
    await session.signUp(wanted)
    deepEqual([session.state, world.asked], ['signedIn', ['users.create', 'users.create', 'sessions.create']])
  })

  it('tells that a name is taken where it is somebody else\'s, and tries nobody\'s password', async () => {
    const { world, session } = createSession({ 'users.create': refuse('username_taken'), 'sessions.create': refuse('wrong_credentials') })
    await rejects(session.signUp(wanted), { code: 'username_taken' })
    deepEqual(world.asked, ['users.create'])
    world.answers['users.create'] = lost
    await rejects(session.signUp(wanted), TypeError)
    world.answers['users.create'] = refuse('username_taken')
    await rejects(session.signUp(wanted), { code: 'username_taken' })
    deepEqual([session.state, world.asked.at(-1)], ['unknown', 'sessions.create'])
  })
})
