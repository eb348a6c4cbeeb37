import { deepEqual, equal } from 'node:assert/strict'
import type { Audience, RookeryEvent } from '@rookery/sdk/protocol'
import { MembershipList, noMemberships, type Memberships } from '../../src/auth/index.ts'
import { createTestClock } from '../../src/clock.ts'
import { defaultSettings } from '../../src/config/index.ts'
import { createLocalBus } from '../../src/events/index.ts'
import { buildFrame, createHub, type EndReason, type Hub, type Listener, type WireFormat } from '../../src/realtime/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

/** Tells every event under its name to the audience it was given. */
const format: WireFormat = {
  name: 'plain',
  encode: (event) => [{ audience: event.audience, frameFor: () => buildFrame(JSON.stringify(event.name)) }],
}

interface Person extends Listener { readonly heard: string[], readonly ends: EndReason[], isAttached: boolean }

/** A hub whose log and memberships the test writes by hand. */
function createStage(): {
  hub: Hub, sessions: Set<string>
  person: (userId: string, options?: Partial<Pick<Listener, 'id' | 'isAdmin' | 'isGuest' | 'sessionId'>>) => Person
  belong: (userId: string, where: { channels?: string[], teams?: string[] }) => void
  slow: () => () => void
  tell: (name: string, audience?: Audience, payload?: unknown) => void
} {
  const clock = createTestClock()
  const log = createSilentLog()
  const bus = createLocalBus({ log })
  const listeners: ((events: readonly RookeryEvent[]) => void)[] = []
  const memberships = new Map<string, Memberships>()
  const sessions = new Set<string>()
  let gate: Promise<void> | undefined
  const membership = { isGuest: false, isAdmin: false, explicitRoles: '' }
  const hub = createHub({
    log, bus, settings: defaultSettings,
    tail: { onEvents(listener) { listeners.push(listener); return () => {} } },
    memberships: { async of(userId) { const now = memberships.get(userId); await gate; return now ?? noMemberships } },
    sessions: { find: async (token) => sessions.has(token) ? {} as never : undefined },
  })
  hub.start()
  let count = 0
  return {
    hub, sessions,
    person(userId, options = {}) {
      count += 1
      const heard: string[] = []
      const ends: EndReason[] = []
      const token = `token ${count}`
      sessions.add(token)
      return {
        id: `connection ${count}`, userId, sessionId: `session ${count}`, token, format, isAdmin: false, isGuest: false, acknowledges: false, isAttached: true,
        ...options, heard, ends, deliver: (_frame, event) => { heard.push(event.name) }, end: (reason) => { ends.push(reason) },
      }
    },
    belong(userId, { channels = [], teams = [] }) {
      const listOf = (ids: readonly string[]): MembershipList => new MembershipList(ids.map((id) => ({ id, membership })))
      memberships.set(userId, { channels: listOf(channels), teams: listOf(teams) })
    },
    slow() {
      let open = (): void => {}
      gate = new Promise((resolve) => { open = () => { gate = undefined; resolve() } })
      return open
    },
    tell(name, audience = {}, payload = {}) {
      const event = { name, at: clock.now(), payload, audience, cursor: '1-1' } as RookeryEvent
      for (const listener of listeners) listener([event])
    },
  }
}

const added = (userId: string, channelId: string): [string, Audience, unknown] => ['channelMember.added', { channelId }, { userId, channelId }]
const removed = (userId: string, channelId: string): [string, Audience, unknown] => ['channelMember.removed', { channelId }, { userId, channelId }]
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('the hub', () => {
  it('tells channels, teams and users, each by present membership', async () => {
    const { hub, person, belong, tell } = createStage()
    belong('ada', { channels: ['looms'], teams: ['engines'] })
    belong('bob', { teams: ['engines'] })
    const [ada, bob] = [person('ada'), person('bob')]
    await Promise.all([hub.add(ada), hub.add(bob)])
    tell('to looms', { channelId: 'looms' })
    tell('to engines', { teamId: 'engines' })
    tell('to others', { teamId: 'others' })
    tell('to bob', { userId: 'bob' })
    tell('to all')
    deepEqual(ada.heard, ['to looms', 'to engines', 'to all'])
    deepEqual(bob.heard, ['to engines', 'to bob', 'to all'])
  })

  it('tells both sockets of a user, but for the ones an audience leaves out', async () => {
    const { hub, person, tell } = createStage()
    const [first, second] = [person('ada'), person('ada')]
    await Promise.all([hub.add(first), hub.add(second)])
    tell('both', { userId: 'ada' })
    tell('not the first', { userId: 'ada', omitConnectionId: first.id })
    tell('only the first', { connectionId: first.id })
    tell('nobody', { omitUserIds: ['ada'] })
    deepEqual(first.heard, ['both', 'only the first'])
    deepEqual(second.heard, ['both', 'not the first'])
  })

  it('tells admins alone what is for admins, and follows changes of roles', async () => {
    const { hub, person, tell } = createStage()
    const [ada, bob] = [person('ada', { isAdmin: true }), person('bob')]
    await Promise.all([hub.add(ada), hub.add(bob)])
    tell('first', { adminsOnly: true })
    tell('user.updated', { userId: 'nobody' }, { user: { id: 'ada', roles: 'system_user', deleteAt: 0 } })
    tell('user.updated', { userId: 'nobody' }, { user: { id: 'bob', roles: 'system_user system_admin', deleteAt: 0 } })
    tell('second', { adminsOnly: true })
    deepEqual([ada.heard, bob.heard], [['first'], ['second']])
  })

  it('tells who is removed of that, and of nothing after it; who joins from its joining on', async () => {
    const { hub, person, belong, tell } = createStage()
    belong('ada', { channels: ['looms'] })
    const ada = person('ada')
    const bob = person('bob')
    await Promise.all([hub.add(ada), hub.add(bob)])
    tell('before', { channelId: 'looms' })
    tell(...added('bob', 'looms'))
    tell(...removed('ada', 'looms'))
    tell('after', { channelId: 'looms' })
    deepEqual(ada.heard, ['before', 'channelMember.added', 'channelMember.removed'])
    deepEqual(bob.heard, ['channelMember.added', 'channelMember.removed', 'after'])
  })

  it('says nothing while memberships are read, and knows then what changed meanwhile', async () => {
    const { hub, person, belong, slow, tell } = createStage()
    belong('ada', { channels: ['looms', 'mills'] })
    const open = slow()
    const ada = person('ada')
    const adding = hub.add(ada)
    tell('too early', { userId: 'ada' })
    tell(...removed('ada', 'looms'))
    tell(...added('ada', 'presses'))
    tell('channel.created', { userId: 'ada' }, { memberIds: ['ada'], channel: { id: 'cards' } })
    open()
    await adding
    deepEqual(ada.heard, [])
    for (const channelId of ['looms', 'mills', 'presses', 'cards']) tell(`to ${channelId}`, { channelId })
    deepEqual(ada.heard, ['to mills', 'to presses', 'to cards'])
  })

  it('tells guests only of people who share a channel with them, in the order of the log', async () => {
    const { hub, person, belong, tell, slow } = createStage()
    belong('guest', { channels: ['lobby'] })
    belong('near', { channels: ['lobby', 'looms'] })
    belong('far', { channels: ['looms'] })
    const guest = person('guest', { isGuest: true })
    const far = person('far')
    await Promise.all([hub.add(guest), hub.add(far)])
    const open = slow()
    tell('of guest', { visibleUserId: 'guest' })
    tell('of near, who is away', { visibleUserId: 'near' })
    tell('of far', { visibleUserId: 'far' })
    tell('to lobby', { channelId: 'lobby' })
    deepEqual(guest.heard, ['of guest'])
    open()
    await settle()
    await settle()
    deepEqual(guest.heard, ['of guest', 'of near, who is away', 'to lobby'])
    deepEqual(far.heard, ['of guest', 'of near, who is away', 'of far'])
  })

  it('ends listeners of ended sessions and deactivated accounts', async () => {
    const { hub, person, tell } = createStage()
    const [first, second, off] = [person('ada'), person('ada'), person('bob')]
    for (const each of [first, second, off]) await hub.add(each)
    tell('session.ended', { userId: 'ada' }, { userId: 'ada', sessionIds: [first.sessionId] })
    tell('user.updated', {}, { user: { id: 'bob', roles: 'system_user', deleteAt: 1 } })
    deepEqual([first, second, off].map(({ ends }) => ends), [['session_ended'], [], ['session_ended']])
    equal(hub.size, 1)
    tell('session.ended', { userId: 'ada' }, { userId: 'ada', sessionIds: null })
    deepEqual(second.ends, ['session_ended'])
  })

  it('ends a listener whose session ended while it was let in', async () => {
    const { hub, sessions, person, slow } = createStage()
    const ada = person('ada')
    const open = slow()
    const adding = hub.add(ada)
    sessions.delete(ada.token)
    open()
    await adding
    deepEqual([ada.ends, hub.size], [['session_ended'], 0])
  })

  it('says who is there: the first client that comes, the last that goes', async () => {
    const { hub, person, belong } = createStage()
    belong('ada', { channels: ['looms'] })
    const changes: [string, boolean][] = []
    hub.onPresence((userId, isListening) => { changes.push([userId, isListening]) })
    const [first, second] = [person('ada'), person('ada')]
    await hub.add(first)
    await hub.add(second)
    deepEqual(hub.usersIn('looms'), ['ada'])
    hub.remove(first)
    // A client that may come back is not there.
    second.isAttached = false
    hub.attachmentChanged(second)
    deepEqual([hub.isListening('ada'), hub.usersIn('looms'), hub.size], [false, [], 1])
    second.isAttached = true
    hub.attachmentChanged(second)
    deepEqual(changes, [['ada', true], ['ada', false], ['ada', true]])
    hub.stop()
    deepEqual(second.ends, ['server_stops'])
  })
})
