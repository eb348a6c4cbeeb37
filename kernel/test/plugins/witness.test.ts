import { deepEqual, equal, rejects } from 'node:assert/strict'
import { auditList, pluginsDisable, pluginsGet, pluginsSetSettings, pluginsUninstall, usersPatch, type AuditEvent, type InputOf } from '@rookery/sdk/protocol'
import { createHeldClock } from '../../../test/harness/held-clock.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askNative, askPlugin, command, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'witness'

describe('What admins see of a plugin that it says itself', () => {
  let world: World
  const clock = createHeldClock()
  before(async () => {
    world = await createWorld({ plugins: [pluginId], clock })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const record = (event: string, more: object = {}, person?: Person): Promise<string[]> => askPlugin(world, pluginId, '/record', { event, ...more }, person)
  const list = (input: InputOf<typeof auditList> = {}, person: Person = world.admin): Promise<AuditEvent[]> => askNative(world, person, auditList, input)
  const health = async (): Promise<{ isHealthy: boolean, detail: string } | null> => {
    const told = (await command(world, pluginsGet, { pluginId })).health
    return told && { isHealthy: told.isHealthy, detail: told.detail }
  }

  it('is what it records: for admins alone, with who made it do so, in their language, a page at a time', async () => {
    deepEqual(await record('opened', { details: { vault: 7 } }), ['recorded'])
    deepEqual(await record('opened', {}, world.bob), ['recorded'])
    const events = await list()
    deepEqual(events.map(({ pluginId: by, event, title, userId, details }) => ({ by, event, title, userId, details })), [
      { by: pluginId, event: 'opened', title: 'Vault opened', userId: world.bob.user.id, details: {} }, { by: pluginId, event: 'opened', title: 'Vault opened', userId: world.ada.user.id, details: { vault: 7 } },
    ])
    equal(events[0]?.address, '127.0.0.1')
    await rejects(list({}, world.ada), { code: 'permission_missing' })
    await askNative(world, world.admin, usersPatch, { userId: world.admin.user.id, locale: 'de' })
    equal((await list({ limit: 1 }))[0]?.title, 'Tresor geöffnet')
    deepEqual((await list({ beforeId: events[0]?.id as string })).map(({ id }) => id), [events[1]?.id])
    deepEqual([(await list({ userId: world.bob.user.id })).length, (await list({ pluginId: 'nobody' })).length, (await list({ event: 'opened', pluginId })).length], [1, 0, 2])
  })

  it('is only what it said that it records, what it was let, and not more than it may', async () => {
    deepEqual(await record('closed'), ['invalid_input'])
    deepEqual(await record('opened', { details: { text: 'x'.repeat(8200) } }), ['body_too_large'])
    await grantPlugin(world, pluginId, ['routes'])
    deepEqual(await record('opened'), ['capability_denied'])
    await grantPlugin(world, pluginId, ['routes', 'audit:write'])
    await clock.hold(async () => {
      clock.advance(1000)
      const told = await record('opened', { times: 30 })
      deepEqual([told.filter((outcome) => outcome === 'recorded').length, told.filter((outcome) => outcome === 'plugin_over_quota').length], [20, 10])
      clock.advance(1000)
      deepEqual(await record('opened'), ['recorded'])
    })
  })

  it('is what it counts and measures', async () => {
    for (const depth of [3, -1.5]) await askPlugin(world, pluginId, '/measure', depth)
    deepEqual(await eventually(async () => (await command(world, pluginsGet, { pluginId })).usage.metrics, ({ asked }) => asked === 6), { asked: 6, depth: -1.5 })
  })

  it('is whether it is well: asked while it runs, and not more often than every ten seconds', async () => {
    const set = (mood: string): Promise<unknown> => command(world, pluginsSetSettings, { pluginId, scope: 'system', values: { mood } })
    await clock.hold(async () => {
      const later = (): void => { clock.advance(10_000) }
      later()
      deepEqual(await health(), { isHealthy: true, detail: '' })
      await set('ill')
      deepEqual(await health(), { isHealthy: true, detail: '' })
      later()
      deepEqual(await health(), { isHealthy: false, detail: 'It has a cold.' })
      await set('wild')
      later()
      deepEqual(await health(), { isHealthy: false, detail: 'wild' })
      await set('silent')
      later()
      equal((await health())?.isHealthy, false)
      await set('well')
      later()
      deepEqual(await health(), { isHealthy: true, detail: '' })
      await command(world, pluginsDisable, { pluginId })
      equal(await health(), null)
    })
  })

  it('stays where it was recorded when the plugin is purged, and is described before it is', async () => {
    const install = async (contributes: object): Promise<unknown> => installPackage(world, await createPackage({ id: 'odd', contributes }), { accept: 'signed' })
    await rejects(install({ auditEvents: [{ name: 'a' }] }), { code: 'package_invalid', details: { reason: 'an audit event of its own takes the capability audit:write, for which it does not ask' } })
    await rejects(install({ metrics: [{ name: 'a', kind: 'gauge' }, { name: 'a', kind: 'counter' }] }), { code: 'package_invalid', details: { reason: 'it has two metrics a' } })
    const count = (await list({ pluginId, limit: 200 })).length
    // It lies in the clone and is no release: an admin may take it off.
    await command(world, pluginsUninstall, { pluginId, data: 'purge' })
    const left = await list({ pluginId, limit: 200 })
    deepEqual([left.length, left[0]?.title], [count, 'opened'])
  })
})
