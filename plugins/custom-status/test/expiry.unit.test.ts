import { deepEqual, equal } from 'node:assert/strict'
import path from 'node:path'
import { createTestPlugin, type TestPlugin } from '@rookery/sdk/testing'

const userId = 'u'.repeat(26)
const startAt = Date.UTC(2030, 0, 1)

describe('A status that is over', () => {
  let plugin: TestPlugin
  let status: { expiresAt: number } | null
  before(async () => {
    plugin = await createTestPlugin({ folder: path.join(import.meta.dirname, '..'), startAt })
    plugin.answer('users.get', () => ({ id: userId, pluginProps: { 'custom-status': status ? { customStatus: status } : {} } }))
    plugin.answer('users.setProps', ({ props }: { props: { customStatus: null } }) => { status = props.customStatus; return {} })
  })
  after(() => { plugin.close() })

  it('is taken away, and where the server cannot tell everybody of it at once, a little later', async () => {
    status = { expiresAt: startAt - 1 }
    await plugin.job('expire', { key: userId })
    equal(status, null)
    status = { expiresAt: startAt - 1 }
    plugin.fail('users.setProps', { code: 'plugin_over_quota', details: { quota: '1', retryAfterSeconds: 3 }, times: 1 })
    await plugin.job('expire', { key: userId })
    deepEqual([status, plugin.callsOf('jobs.put')], [{ expiresAt: startAt - 1 }, [{ name: 'expire', key: userId, dueAt: startAt + 3000 }]])
    await plugin.clock.advance(3000)
    equal(status, null)
  })
})
