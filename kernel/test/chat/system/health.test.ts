import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Health } from '@rookery/sdk/protocol'
import { ask } from '../../../../test/harness/ask.ts'
import { createWorld, type World } from '../../../../test/harness/world.ts'
import { sql } from '../../../src/storage/index.ts'

describe('the health of the server', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const check = async (token = ''): Promise<Health> => {
    const response = await fetch(`${world.server.url}/api/v1/system.checkHealth`, token ? { headers: { Authorization: `Bearer ${token}` } } : {})
    equal(response.status, 200)
    return await response.json() as Health
  }
  /** What is found is told again for a second. */
  const checkUntil = async (fits: (health: Health) => boolean): Promise<Health> => {
    for (;;) {
      const health = await check(world.admin.token)
      if (fits(health)) return health
    }
  }
  const ping = async (token = '') => {
    const { status, body } = await ask(world.server.url, token, 'GET', '/system/ping?get_server_status=true')
    return { status, body: body as Record<string, unknown> }
  }

  it('is told to everybody as well or not, and in detail to administrators only', async () => {
    const { details, ...state } = await checkUntil(({ isWell }) => isWell)
    deepEqual(state, { isWell: true, database: true, files: true, events: true, jobs: true })
    ok(details && (details.files.freeBytes ?? 0) > 0 && details.uptimeMs > 0)
    deepEqual([details.events.waitingMs, details.events.holder, details.jobs.isRunning, details.jobs.lateMs], [0, null, true, 0])
    for (const token of ['', world.ada.token, world.stranger.token]) deepEqual(await check(token), { ...state, details: null })
    equal((await ping(world.ada.token)).body['root_status'], undefined)
    equal((await ping(world.admin.token)).body['root_status'], process.geteuid?.() === 0)
  })

  it('costs the same however often strangers ask', async () => {
    const { db } = world.server.kernel
    await check()
    const before = db.statistics().statements
    await Promise.all(Array.from({ length: 200 }, () => check()))
    ok(db.statistics().statements - before < 50)
  })

  it('names who keeps events back, and for how long', async () => {
    const { db, tail } = world.server.kernel
    const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = db.transact(async (transaction) => {
      await transaction.query(sql`select pg_current_xact_id() as holding_everything_back`)
      begun.resolve()
      await end.promise
    })
    await begun.promise
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'Nobody hears this yet' })
    const { details, events } = await checkUntil((health) => (health.details?.events.waitingMs ?? 0) > 0 && health.details?.events.holder !== null)
    match(details?.events.holder?.statement ?? '', /holding_everything_back/)
    ok((details?.events.holder?.processId ?? 0) > 0)
    // A moment is no illness.
    equal(events, true)
    end.resolve()
    await holding
    await tail.settled()
    deepEqual(tail.lag().waitingMs, 0)
    await checkUntil((health) => health.details?.events.waitingMs === 0)
  })

  it('is bad where files cannot be stored', async () => {
    const drafts = path.join(world.server.kernel.settings.dataFolder, 'files', '.drafts')
    await rm(drafts, { recursive: true })
    const { database, files } = await checkUntil(({ isWell }) => !isWell)
    deepEqual([database, files], [true, false])
    const { status, body } = await ping()
    deepEqual([status, body['status'], body['database_status'], body['filestore_status']], [503, 'UNHEALTHY', 'OK', 'UNHEALTHY'])
    // Text can still be written, so requests are still wanted.
    equal((await fetch(`${world.server.url}/api/v1/system.checkReadiness`)).status, 200)
    await mkdir(drafts)
    await checkUntil(({ isWell }) => isWell)
    equal((await ping()).status, 200)
  })
})
