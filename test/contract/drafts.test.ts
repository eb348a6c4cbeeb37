import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Draft } from '@mattermost/types/drafts'
import type { Post } from '@mattermost/types/posts'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('drafts', () => {
  let world: World
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  // What the library makes of an unknown connection is the text "undefined".
  const save = ({ client }: Person, fields: Partial<Draft>, connectionId = undefined as unknown as string): Promise<Draft> => client.upsertDraft(draft(fields), connectionId)
  const discard = ({ client }: Person, rootId = ''): Promise<unknown> => client.deleteDraft(world.channel.id, rootId, undefined as unknown as string)
  const draft = (fields: Partial<Draft>): Draft => ({ channel_id: world.channel.id, root_id: '', message: '', props: {}, file_ids: [], ...fields } as Draft)

  it('are kept for all of the author\'s devices but the one that writes, and shown to nobody else', async () => {
    const { server, ada, bob, admin, team, stranger } = world
    const [here, there] = [await openSocket(server.url, ada.token), await openSocket(server.url, ada.token)]
    const connectionId = ((await here.event('hello')).data as { connection_id: string }).connection_id
    const saved = await save(ada, { message: 'I think', props: { mood: 'good' } }, connectionId)
    const told = await there.event('draft_created')
    deepEqual(JSON.parse((told.data as { draft: string }).draft), saved)
    equal((told.broadcast as { channel_id: string }).channel_id, world.channel.id)
    await save(ada, { message: 'I think so' }, connectionId)
    await there.event('draft_updated')
    deepEqual((await ada.client.getUserDrafts(team.id)).map(({ message }) => message), ['I think so'])
    const asAdmin = await fetch(`${server.url}/api/v4/users/${ada.user.id}/teams/${team.id}/drafts`, { headers: { Authorization: `Bearer ${admin.token}` } })
    equal(asAdmin.status, 403)
    deepEqual(await bob.client.getUserDrafts(team.id), [])
    await rejects(stranger.client.getUserDrafts(team.id), { status_code: 404 })
    await rejects(save(stranger, { message: 'Hello' }), { status_code: 404 })
    await rejects(save(ada, { message: 'x'.repeat(16_384) }), { status_code: 400 })
    await rejects(save(ada, { message: 'x', root_id: 'c'.repeat(26) }), { status_code: 400 })
    await rejects(save(ada, { message: 7 as never }), { status_code: 400 })
    ok(!here.events.some(({ event }) => event.startsWith('draft_')))
    here.close()
    there.close()
  })

  it('are deleted, by name or by having nothing left, and deleting none is no error', async () => {
    const { server, ada, bob, team, channel } = world
    const socket = await openSocket(server.url, ada.token)
    await save(ada, { message: 'One' })
    deepEqual(await discard(ada), { status: 'OK' })
    await socket.event('draft_deleted')
    deepEqual(await discard(ada), { status: 'OK' })
    await save(ada, { message: 'Two' })
    await save(ada, { message: '' })
    deepEqual(await ada.client.getUserDrafts(team.id), [])
    const response = await fetch(`${server.url}/api/v4/users/${ada.user.id}/channels/${channel.id}/drafts`, { method: 'DELETE', headers: { Authorization: `Bearer ${bob.token}` } })
    equal(response.status, 403)
    socket.close()
  })

  it('go when what they were for is posted, in the channel or in a thread', async () => {
    const { server, ada, team, channel } = world
    const root = await ada.client.createPost({ channel_id: channel.id, message: 'A question' } as Post)
    await save(ada, { message: 'In the channel' })
    await save(ada, { message: 'In the thread', root_id: root.id })
    const socket = await openSocket(server.url, ada.token)
    await ada.client.createPost({ channel_id: channel.id, message: 'An answer', root_id: root.id } as Post)
    await socket.event('draft_deleted')
    deepEqual((await ada.client.getUserDrafts(team.id)).map(({ message }) => message), ['In the channel'])
    await ada.client.createPost({ channel_id: channel.id, message: 'Something' } as Post)
    await socket.event('draft_deleted', ({ data }) => (JSON.parse((data as { draft: string }).draft) as Draft).root_id === '')
    deepEqual(await ada.client.getUserDrafts(team.id), [])
    await save(ada, { message: 'In the thread', root_id: root.id })
    deepEqual(await discard(ada, root.id), { status: 'OK' })
    deepEqual(await ada.client.getUserDrafts(team.id), [])
    socket.close()
  })
})
