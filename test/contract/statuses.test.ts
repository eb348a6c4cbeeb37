import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import type { UserStatus } from '@mattermost/types/users'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('statuses', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const status = (userId: string, name: string, fields: Partial<UserStatus> = {}): UserStatus => ({ user_id: userId, status: name, ...fields } as UserStatus)

  it('are set by their owner, told to the own clients and read by everybody', async () => {
    const { server, ada, bob, admin } = world
    const socket = await openSocket(server.url, ada.token)
    await socket.event('status_change', ({ data }) => (data as { status: string }).status === 'online')
    const away = await ada.client.updateStatus(status(ada.user.id, 'away'))
    deepEqual({ status: away.status, manual: away.manual }, { status: 'away', manual: true })
    const told = await socket.event('status_change', ({ data }) => (data as { status: string }).status === 'away')
    deepEqual([told.data, (told.broadcast as { user_id: string }).user_id], [{ user_id: ada.user.id, status: 'away' }, ada.user.id])
    equal((await bob.client.getStatus(ada.user.id)).status, 'away')
    equal((await ada.client.updateStatus(status(ada.user.id, 'online'))).manual, false)
    const dndEnd = Math.floor(Date.now() / 1000) + 3600
    equal((await ada.client.updateStatus(status(ada.user.id, 'dnd', { dnd_end_time: dndEnd }))).dnd_end_time, dndEnd)
    equal((await admin.client.updateStatus(status(ada.user.id, 'offline'))).status, 'offline')
    await ada.client.updateStatus(status(ada.user.id, 'online'))

    await rejects(bob.client.updateStatus(status(ada.user.id, 'dnd')), { status_code: 403 })
    await rejects(ada.client.updateStatus(status(ada.user.id, 'asleep')), { status_code: 400 })
    for (const end of [-1, 1.5, 1e18, '1']) await rejects(ada.client.updateStatus(status(ada.user.id, 'dnd', { dnd_end_time: end as number })), { status_code: 400 })
    await rejects(bob.client.getStatus('h'.repeat(26)), { status_code: 404 })
    socket.close()
  })

  it('pitfall 3: are asked for by a bare array of ids', async () => {
    const { ada, bob } = world
    const unknown = 'i'.repeat(26)
    deepEqual((await ada.client.getStatusesByIds([bob.user.id, unknown])).map((entry) => entry.user_id), [bob.user.id, unknown])
    await rejects(ada.client.getStatusesByIds([]), { status_code: 400 })
    await rejects(ada.client.getStatusesByIds(['bob']), { status_code: 400 })
    await rejects(ada.client.getStatusesByIds({ user_ids: [bob.user.id] } as never), { status_code: 400 })
  })

  it('are online for who writes, and @here means those who listen and are online', async () => {
    const { server, ada, bob, channel } = world
    await bob.client.createPost({ channel_id: channel.id, message: 'I am here' } as Post)
    equal((await ada.client.getStatus(bob.user.id)).status, 'online')
    const socket = await openSocket(server.url, bob.token)
    const here = async (message: string): Promise<boolean> => {
      const post = await ada.client.createPost({ channel_id: channel.id, message } as Post)
      const posted = await socket.event('posted', ({ data }) => String((data as { post: string }).post).includes(post.id))
      return 'mentions' in (posted.data as object)
    }
    ok(await here('@here Lunch?'))
    await bob.client.updateStatus(status(bob.user.id, 'away'))
    ok(!(await here('@here Anybody?')))
    socket.close()
  })
})
