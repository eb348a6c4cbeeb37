import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { openBareSocket } from '../harness/bare-socket.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('what travels in events of the v4 websocket (pitfall 20)', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('is text of JSON where clients parse it, and the channel stands in the broadcast', async () => {
    const { server: { url }, ada, bob, stranger, admin, team, channel } = world
    const socket = await openBareSocket(url, { token: bob.token })
    await socket.event('hello')
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'Hello @bob, نَص 文' } as Post)
    const posted = await socket.event('posted')
    const told = JSON.parse(String(posted.data?.['post'])) as Post
    deepEqual([told.id, told.message, told.metadata], [post.id, 'Hello @bob, نَص 文', {}])
    deepEqual(JSON.parse(String(posted.data?.['mentions'])), [bob.user.id])
    // Pitfall 5: names are filled in, for every channel of the member.
    deepEqual([posted.data?.['channel_display_name'], posted.data?.['channel_name'], posted.data?.['channel_type'], posted.data?.['sender_name'], posted.data?.['team_id']], ['Looms', 'looms', 'O', '@ada', team.id])

    await bob.client.savePreferences(bob.user.id, [{ user_id: bob.user.id, category: 'tutorial_step', name: bob.user.id, value: '1' }])
    const preferences = JSON.parse(String((await socket.event('preferences_changed')).data?.['preferences'])) as { value: string }[]
    equal(preferences[0]?.value, '1')

    await admin.client.addToTeam(team.id, stranger.user.id)
    await ada.client.addToChannel(stranger.user.id, channel.id)
    const added = await socket.message(({ event, broadcast }) => event === 'user_added' && broadcast?.['channel_id'] === channel.id)
    deepEqual(added.data, { user_id: stranger.user.id, team_id: team.id })
    socket.close()
  })
})
