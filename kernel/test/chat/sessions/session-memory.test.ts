import { deepEqual, equal, ok } from 'node:assert/strict'
import { sessionsCreate, sessionsRevokeAll, type InputOf } from '@rookery/sdk/protocol'
import { password, signIn } from '../../../../test/harness/mattermost-client.ts'
import { createTestServer, type TestServer } from '../../../../test/harness/test-server.ts'
import { createTestClock } from '../../../src/clock.ts'
import { systemContext } from '../../../src/operations/index.ts'
import { sql } from '../../../src/storage/index.ts'

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
    for (let round = 0; round < 20; round += 1) {
      const token = await begin()
      // The first look reads the database, at the same time as the end.
      await Promise.all([kernel.sessions.find(token), kernel.operations.dispatch(sessionsRevokeAll, systemContext, { userId: user.id })])
      equal(await kernel.sessions.find(token), undefined)
    }
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
