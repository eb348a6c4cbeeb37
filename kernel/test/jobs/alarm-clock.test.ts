import { equal } from 'node:assert/strict'
import { linkToDatabase } from '../../../test/harness/database-link.ts'
import { eventually } from '../../../test/harness/plugin-actions.ts'
import { createTestDatabase } from '../../../test/harness/postgres.ts'
import { createAlarmClock } from '../../src/jobs/index.ts'
import { parseConnectionString } from '../../src/storage/index.ts'

describe('the alarm clock', function () {
  this.timeout(60_000)

  it('lives on when its connections are ended in the very moment they are made, and rings when they last again', async () => {
    const database = await createTestDatabase()
    const link = await linkToDatabase(database)
    const warnings: string[] = []
    const log = { info: () => {}, error: () => {}, warn: (message: string) => { warnings.push(message) } }
    const rung: string[] = []
    const alarm = createAlarmClock({ connection: parseConnectionString(link.connectionString), log })
    alarm.handle('test', async (key) => { rung.push(key) })
    try {
      await alarm.start()
      await alarm.schedule('test', 'before', Date.now())
      await eventually(() => rung, (all) => all.includes('before'))
      link.greetAndEnd()
      link.abandon()
      const before = warnings.length
      await eventually(() => warnings, (all) => all.length > before + 3)
      link.restore()
      // What is set while they break is found by the next sweep of whoever keeps the row.
      await eventually(async () => { await alarm.schedule('test', 'after', Date.now()).catch(() => {}); return rung }, (all) => all.includes('after'), 30_000)
      equal(alarm.isRunning, true)
    } finally {
      await alarm.stop()
      await link.close()
      await database.drop()
    }
  })
})
