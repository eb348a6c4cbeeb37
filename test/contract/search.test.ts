import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { ask } from '../harness/ask.ts'
import { enablePlugin } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('Search over API v4 where nobody searches', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('finds nothing, and still asks who it is and what for', async () => {
    const search = (path: string, body: unknown = { terms: 'looms', is_or_search: false }, { token } = world.bob) => ask(world.server.url, token, 'POST', path, body)
    const posts = { order: [], posts: {}, next_post_id: '', prev_post_id: '', first_inaccessible_post_time: 0, matches: {} }
    const files = { order: [], file_infos: {}, next_file_info_id: '', prev_file_info_id: '', first_inaccessible_file_time: 0 }
    const team = `/teams/${world.team.id}`
    for (const [path, nothing] of [['/posts/search', posts], [`${team}/posts/search`, posts], ['/files/search', files], [`${team}/files/search`, files]] as const) {
      const found = await search(path)
      deepEqual([path, found.status, found.body], [path, 200, nothing])
      equal(found.headers.get('x-rookery-empty-form'), 'true')
      equal((await search(path, {})).status, 400)
      equal((await search(path, undefined, { ...world.bob, token: '' })).status, 401)
    }
    equal((await search(`${team}/posts/search`, undefined, world.stranger)).status, 404)
    equal((await search(`${team}/files/search`, undefined, world.stranger)).status, 404)
  })
})

describe('Search over API v4 where a plugin searches', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['spare'] })
    await enablePlugin(world, 'com.example.spare')
  })
  after(() => world.close())

  it('answers what it finds, of what one may read', async () => {
    const { id } = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'warp' } as Post)
    const search = async (path: string, token = world.bob.token): Promise<unknown> => (await ask(world.server.url, token, 'POST', path, { terms: id })).body
    const found = await search('/posts/search') as { order: string[], posts: Record<string, Post>, matches: object }
    deepEqual([found.order, found.posts[id]?.message, found.matches], [[id], 'warp', { [id]: ['everywhere'] }])
    deepEqual((await search(`/teams/${world.team.id}/posts/search`) as { matches: object }).matches, { [id]: [world.team.id] })
    deepEqual((await search('/posts/search', world.stranger.token) as { order: string[] }).order, [])
    deepEqual((await search('/files/search') as { order: string[] }).order, [])
  })
})
