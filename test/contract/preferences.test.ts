import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import type { PreferenceType } from '@mattermost/types/preferences'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('preferences', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const preference = (userId: string, category: string, name: string, value = ''): PreferenceType => ({ user_id: userId, category, name, value })

  it('are saved, told to the own clients, listed, read and deleted; nobody else\'s are', async () => {
    const { server, ada, bob } = world
    const socket = await openSocket(server.url, ada.token)
    const theme = preference(ada.user.id, 'display_settings', 'use_military_time', 'true')
    const tutorial = preference(ada.user.id, 'tutorial_step', ada.user.id, '1')
    deepEqual(await ada.client.savePreferences(ada.user.id, [theme, tutorial, { ...theme, value: 'false' }]), { status: 'OK' })
    const changed = await socket.event('preferences_changed')
    deepEqual(JSON.parse((changed.data as { preferences: string }).preferences), [{ ...theme, value: 'false' }, tutorial])
    deepEqual(await ada.client.getMyPreferences(), [{ ...theme, value: 'false' }, tutorial])
    deepEqual(await bob.client.getMyPreferences(), [])
    deepEqual(await ada.client.deletePreferences(ada.user.id, [tutorial]), { status: 'OK' })
    const deleted = await socket.event('preferences_deleted')
    deepEqual(JSON.parse((deleted.data as { preferences: string }).preferences), [tutorial])
    deepEqual(await ada.client.getMyPreferences(), [{ ...theme, value: 'false' }])

    await rejects(bob.client.savePreferences(ada.user.id, [theme]), { status_code: 403 })
    await rejects(bob.client.savePreferences(bob.user.id, [theme]), { status_code: 403 })
    await rejects(bob.client.deletePreferences(ada.user.id, [theme]), { status_code: 403 })
    await rejects(bob.client.getUserPreferences(ada.user.id), { status_code: 403 })
    deepEqual(await world.admin.client.getUserPreferences(ada.user.id), [{ ...theme, value: 'false' }])
    socket.close()
  })

  it('are read by category and by name, and missing ones are not found', async () => {
    const { server, bob } = world
    const saved = preference(bob.user.id, 'sidebar_settings', 'limit_visible_dms_gms', '20')
    await bob.client.savePreferences(bob.user.id, [saved])
    const read = async (path: string): Promise<{ status: number, body: unknown }> => {
      const response = await fetch(`${server.url}/api/v4/users/me/preferences/${path}`, { headers: { Authorization: `Bearer ${bob.token}` } })
      return { status: response.status, body: await response.json() }
    }
    deepEqual(await read('sidebar_settings'), { status: 200, body: [saved] })
    deepEqual(await read('sidebar_settings/name/limit_visible_dms_gms'), { status: 200, body: saved })
    equal((await read('nothing')).status, 404)
    equal((await read('sidebar_settings/name/nothing')).status, 404)
  })

  it('have bounds', async () => {
    const { bob } = world
    const save = (...preferences: PreferenceType[]): Promise<unknown> => bob.client.savePreferences(bob.user.id, preferences)
    await rejects(save(), { status_code: 400 })
    await rejects(save(preference(bob.user.id, 'c'.repeat(33), 'name')), { status_code: 400 })
    await rejects(save(preference(bob.user.id, '', 'name')), { status_code: 400 })
    await rejects(save(preference(bob.user.id, 'category', 'n'.repeat(33))), { status_code: 400 })
    await rejects(save(preference(bob.user.id, 'category', 'name', 'v'.repeat(20_001))), { status_code: 400 })
    await rejects(save(...Array.from({ length: 101 }, (_, index) => preference(bob.user.id, 'many', `n${index}`))), { status_code: 400 })
    await save(...Array.from({ length: 100 }, (_, index) => preference(bob.user.id, 'many', `n${index}`)), )
  })

  it('saves posts only for who may read them', async () => {
    const { ada, bob, stranger, channel } = world
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'Keep this' } as Post)
    await bob.client.savePreferences(bob.user.id, [preference(bob.user.id, 'flagged_post', post.id, 'true')])
    await rejects(stranger.client.savePreferences(stranger.user.id, [preference(stranger.user.id, 'flagged_post', post.id, 'true')]), { status_code: 404 })
    await rejects(bob.client.savePreferences(bob.user.id, [preference(bob.user.id, 'flagged_post', 'nothing', 'true')]), { status_code: 404 })
    deepEqual(await stranger.client.getMyPreferences(), [])
  })
})
