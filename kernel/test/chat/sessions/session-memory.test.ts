import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { sessionsCreate, sessionsRevoke, sessionsRevokeAll, type InputOf } from '@rookery/sdk/protocol'
import { password, signIn } from '../../../../test/harness/mattermost-client.ts'
import { createTestServer, type TestServer } from '../../../../test/harness/test-server.ts'
import { createSessionStore, createTokens } from '../../../src/auth/index.ts'
import { createTestClock } from '../../../src/clock.ts'
import { systemContext } from '../../../src/operations/index.ts'
import { sql, type Database, type HotStatement } from '../../../src/storage/index.ts'

describe('sessions in memory', () => {
  let server: TestServer
  const clock = createTestClock()
  before(async () => { server = await createTestServer({ clock }) })
  after(() => server.close())

  const begin = async (): Promise<string> => {
    const input: InputOf<typeof sessionsCreate> = { login: 'ada', password }
    return (await server.kernel.operations.dispatch(sessionsCreate, { ...systemContext, actor: { kind: 'anonymous' } }, input)).token
  }

  it('are forgotten when they end while they are being read', async () => {
    const { user } = await signIn(server.url, 'ada')
    const { kernel } = server
    const token = await begin()
    const wasRead = Promise.withResolvers<void>()
    const mayArrive = Promise.withResolvers<void>()
    // A database whose answer is long under way.
    const slow: Database = { ...kernel.db, async hot<Row>(statement: HotStatement) {
      const rows = await kernel.db.hot<Row>(statement)
      wasRead.resolve()
      await mayArrive.promise
      return rows
    } }
    const store = createSessionStore({ db: slow, clock, tokens: createTokens({ randomBytes }), directory: kernel.chat.directory, settings: kernel.settings })
    const first = store.find(token)
    await wasRead.promise
    await kernel.operations.dispatch(sessionsRevokeAll, systemContext, { userId: user.id })
    store.learn({ name: 'session.ended', at: clock.now(), payload: { userId: user.id, sessionIds: null }, audience: {} })
    mayArrive.resolve()
    const found = await first
    equal(await store.find(token), undefined)
    equal(await store.isLive(found?.session.id ?? ''), false)
  })

  it('that memory let go of are still known to live, and to have ended', async () => {
    const { kernel } = server
    const { user } = await signIn(server.url, 'grace')
    const store = createSessionStore({ db: kernel.db, clock, tokens: createTokens({ randomBytes }), directory: kernel.chat.directory, settings: kernel.settings, maximum: 2 })
    const begun: { token: string, id: string }[] = []
    // Twice as many as are kept, and one more: all that memory has forgotten are forgotten under their ids too.
    for (let count = 0; count < 5; count += 1) {
      const input: InputOf<typeof sessionsCreate> = { login: 'grace', password }
      const { token } = await kernel.operations.dispatch(sessionsCreate, { ...systemContext, actor: { kind: 'anonymous' } }, input)
      begun.push({ token, id: (await store.find(token))?.session.id ?? '' })
    }
    const live = (): Promise<boolean[]> => Promise.all(begun.map(({ id }) => store.isLive(id)))
    deepEqual(await live(), [true, true, true, true, true])
    equal(await store.isLive('nobody'), false)

    const [first, , , , last] = begun
    for (const ended of [first, last]) {
      const sessionId = ended?.id ?? ''
      await kernel.operations.dispatch(sessionsRevoke, systemContext, { userId: user.id, sessionId })
      store.learn({ name: 'session.ended', at: clock.now(), payload: { userId: user.id, sessionIds: [sessionId] }, audience: {} })
    }
    deepEqual(await live(), [false, true, true, true, false])
    equal(await store.find(last?.token ?? ''), undefined)

    const hours = kernel.settings.accounts.sessionHours
    clock.advance((hours + 1) * 3_600_000)
    deepEqual(await live(), [false, false, false, false, false])
    clock.advance(-(hours + 1) * 3_600_000)
  })

  it('note when they were last used, at most once a minute, all in one statement', async () => {
    const { kernel } = server
    kernel.sessions.takeActivity()
    const token = await begin()
    const found = await kernel.sessions.find(token)
    deepEqual(kernel.sessions.takeActivity(), [])
    clock.advance(61_000)
    for (let count = 0; count < 10; count += 1) await kernel.sessions.find(token)
    const at = clock.now()
    deepEqual(kernel.sessions.takeActivity(), [{ id: found?.session.id, at }])
    clock.advance(61_000)
    await kernel.sessions.find(token)
    const before = kernel.db.statistics().statements
    await kernel.chat.sessionUpkeep.stop()
    ok(kernel.db.statistics().statements - before <= 2)
    equal(await kernel.db.value(sql`select last_activity_at from sessions where id = ${found?.session.id ?? ''}`), clock.now())
  })
})
