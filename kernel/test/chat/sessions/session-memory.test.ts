import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { sessionsCreate, sessionsRevokeAll, type InputOf } from '@rookery/sdk/protocol'
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
    await first
    equal(await store.find(token), undefined)
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
