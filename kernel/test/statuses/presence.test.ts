import { deepEqual, equal } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  presenceLook, sessionsCreate, statusChanged, statusesGet, statusesList, statusesListByIds, statusesSetActive, statusesUpdate, usersCreate, type PayloadOf, type StatusName, type User,
} from '@rookery/sdk/protocol'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'
import { createTestClock, type Clock, type TestClock } from '../../src/clock.ts'
import { defaultSettings } from '../../src/config/index.ts'
import { createKernel, type Kernel } from '../../src/kernel.ts'
import { systemContext, type Context } from '../../src/operations/index.ts'
import { buildFrame, type Listener } from '../../src/realtime/index.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs

describe('presence', () => {
  let database: TestDatabase
  let folder: string
  let clock: TestClock
  let kernel: Kernel
  let ada: User
  let token: string
  let told: PayloadOf<typeof statusChanged>[]

  const start = async (time: Clock = clock): Promise<void> => {
    const settings = { ...defaultSettings, dataFolder: folder, databaseUrl: database.connectionString, listen: { host: '127.0.0.1', port: 0 } }
    kernel = await createKernel({ settings, log: createSilentLog(), clock: time })
    await kernel.listen()
  }
  beforeEach(async () => {
    database = await createTestDatabase()
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-presence-'))
    clock = createTestClock()
    told = []
    await start()
    ada = await kernel.operations.dispatch(usersCreate, systemContext, { username: 'ada', email: 'ada@example.com', password: 'correct horse battery staple' })
    ;({ token } = await kernel.operations.dispatch(sessionsCreate, systemContext, { login: 'ada', password: 'correct horse battery staple' }))
  })
  afterEach(async () => {
    await kernel.stop()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const as = (user: User, connectionId = ''): Context => ({ ...systemContext, actor: { kind: 'user', userId: user.id, sessionId: 's'.repeat(26), roles: user.roles.split(' ') }, connectionId })
  const connection = (user: User, id = 'c'.repeat(26)): Listener => ({
    id, userId: user.id, sessionId: 's'.repeat(26), token, isAdmin: false, isGuest: false, acknowledges: false, isAttached: true, end() {},
    format: { name: 'test', encode: (event) => [{ audience: event.audience, frameFor: () => buildFrame('{}') }] },
    deliver(_frame, event) { if (event.name === statusChanged.name) told.push(event.payload as PayloadOf<typeof statusChanged>) },
  })
  const read = async (): Promise<{ status: StatusName, isManual: boolean }> => {
    const { status, isManual } = await kernel.operations.dispatch(statusesGet, as(ada), { userId: ada.id })
    return { status, isManual }
  }
  const status = async (): Promise<StatusName> => (await read()).status
  const pass = (ms: number): void => {
    clock.advance(ms)
    kernel.chat.presence.tick()
  }

  it('pitfall 6: does not flip at once when a phone closes its connection', async () => {
    equal(await status(), 'offline')
    const phone = connection(ada)
    await kernel.hub.add(phone)
    equal(await status(), 'online')
    kernel.hub.remove(phone)
    pass(29 * secondMs)
    equal(await status(), 'online')
    await kernel.hub.add(phone)
    pass(2 * secondMs)
    equal(await status(), 'online')
    kernel.hub.remove(phone)
    pass(29 * secondMs)
    equal(await status(), 'online')
    pass(secondMs)
    equal(await status(), 'offline')
    deepEqual(told, [{ userId: ada.id, status: 'online' }])
  })

  it('pitfall 6: online through the API is stored as not manual', async () => {
    const { isManual } = await kernel.operations.dispatch(statusesUpdate, as(ada), { userId: ada.id, status: 'away' })
    equal(isManual, true)
    deepEqual(await kernel.operations.dispatch(statusesUpdate, as(ada), { userId: ada.id, status: 'online' }), { userId: ada.id, status: 'online', isManual: false, lastActivityAt: clock.now(), dndEndAt: 0 })
    await kernel.stop()
    await start()
    deepEqual(await read(), { status: 'online', isManual: false })
  })

  it('is away without activity and back with it', async () => {
    await kernel.hub.add(connection(ada))
    await status()
    pass(5 * minuteMs - 1)
    equal(await status(), 'online')
    pass(1)
    equal(await status(), 'away')
    await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: true })
    equal(await status(), 'online')
    clock.advance(4 * minuteMs)
    await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: false })
    equal(await status(), 'online')
    clock.advance(minuteMs)
    await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: false })
    equal(await status(), 'away')
    deepEqual(told.map((event) => event.status), ['online', 'away', 'online', 'away'])
  })

  it('lets what people chose stand while they come, go and idle', async () => {
    for (const chosen of ['away', 'dnd', 'offline'] as const) {
      await kernel.operations.dispatch(statusesUpdate, as(ada), { userId: ada.id, status: chosen })
      const phone = connection(ada)
      await kernel.hub.add(phone)
      await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: true })
      deepEqual(await read(), { status: chosen, isManual: true })
      kernel.hub.remove(phone)
      pass(10 * minuteMs)
      deepEqual(await read(), { status: chosen, isManual: true })
    }
    await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: true, isManual: true })
    deepEqual(await read(), { status: 'online', isManual: false })
  })

  it('ends for those who act without a connection, and for those who did not come back after a restart', async () => {
    await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: true })
    equal(await status(), 'online')
    await kernel.stop()
    await start()
    equal(await status(), 'online')
    pass(30 * secondMs)
    equal(await status(), 'offline')
    await kernel.operations.dispatch(statusesSetActive, as(ada), { isActive: true })
    equal(await status(), 'online')
    pass(5 * minuteMs)
    equal(await status(), 'offline')
  })

  it('returns from do-not-disturb at its end, in time and after a restart', async function () {
    this.timeout(20_000)
    await kernel.stop()
    await start({ now: () => Date.now() })
    let changed = (): void => {}
    const listen = async (): Promise<void> => {
      const phone = connection(ada)
      await kernel.hub.add({ ...phone, deliver(frame, event) { phone.deliver(frame, event); changed() } })
    }
    const until = (wanted: StatusName): Promise<void> => new Promise((resolve) => {
      changed = () => { if (told.at(-1)?.status === wanted) resolve() }
      changed()
    })
    await listen()
    await until('online')
    const disturbNot = (): Promise<unknown> => kernel.operations.dispatch(statusesUpdate, as(ada), { userId: ada.id, status: 'dnd', dndEndAt: Date.now() + secondMs })
    await disturbNot()
    deepEqual(await read(), { status: 'dnd', isManual: true })
    await until('online')
    deepEqual(await kernel.operations.dispatch(statusesGet, as(ada), { userId: ada.id }).then(({ isManual, dndEndAt }) => ({ isManual, dndEndAt })), { isManual: false, dndEndAt: 0 })
    await disturbNot()
    await kernel.stop()
    await start({ now: () => Date.now() })
    await listen()
    if (await status() === 'dnd') await until('online')
    deepEqual(await read(), { status: 'online', isManual: false })
  })

  it('knows the online members of a channel, and where they look', async () => {
    const channelId = 'd'.repeat(26)
    const phone = connection(ada)
    await kernel.hub.add(phone)
    await kernel.operations.dispatch(presenceLook, as(ada, phone.id), { channelId })
    await kernel.operations.dispatch(presenceLook, as(ada, 'e'.repeat(26)), { channelId: 'f'.repeat(26) })
    equal(kernel.chat.looks.isLookingAt(ada.id, channelId), true)
    equal(kernel.chat.looks.isLookingAt(ada.id, 'f'.repeat(26)), false)
    await kernel.operations.dispatch(presenceLook, as(ada, phone.id), { channelId: '', teamId: 'h'.repeat(26) })
    equal(kernel.chat.looks.isLookingAt(ada.id, channelId), false)
    await kernel.operations.dispatch(presenceLook, as(ada, phone.id), { channelId })
    await kernel.operations.dispatch(presenceLook, as(ada, phone.id), { threadChannelId: '' })
    equal(kernel.chat.looks.isLookingAt(ada.id, channelId), true)
    kernel.hub.remove(phone)
    equal(kernel.chat.looks.isLookingAt(ada.id, channelId), false)
  })

  it('is listed by ids in their order, with offline for who was never there, and as a whole', async () => {
    await kernel.hub.add(connection(ada))
    await status()
    const unknown = 'g'.repeat(26)
    const list = await kernel.operations.dispatch(statusesListByIds, as(ada), { userIds: [unknown, ada.id, ada.id] })
    deepEqual(list.map((entry) => [entry.userId, entry.status]), [[unknown, 'offline'], [ada.id, 'online']])
    deepEqual((await kernel.operations.dispatch(statusesList, as(ada), {})).map((entry) => entry.userId), [ada.id])
  })
})
