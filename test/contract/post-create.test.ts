import { equal, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { createWorld, type World } from '../harness/world.ts'

describe('POST /posts', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('stores a post of a member and refuses one of a stranger', async () => {
    const { ada, stranger, channel } = world
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'Hello' } as Post)
    equal(post.message, 'Hello')
    await rejects(stranger.client.createPost({ channel_id: channel.id, message: 'Hello' } as Post), { status_code: 404 })
  })
})
