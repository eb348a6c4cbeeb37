import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { FileUploadResponse } from '@mattermost/types/files'
import type { Post, PostList } from '@mattermost/types/posts'
import type { Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('the newest page of a channel, which the server remembers', () => {
  let world: World
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  const say = (person: Person, message: string, more: Partial<Post> = {}): Promise<Post> =>
    person.client.createPost({ channel_id: world.channel.id, message, ...more } as Post)
  /** Each is read twice: the second time it may come from memory. */
  const pages = async (person: Person): Promise<PostList[]> => {
    const read = (fetchThreads: boolean, length = 60, collapsed = false): Promise<PostList> => person.client.getPosts(world.channel.id, 0, length, fetchThreads, collapsed)
    const once = (): Promise<PostList[]> => Promise.all([read(true), read(false), read(false, 20), read(false, 60, true)])
    const first = await once()
    deepEqual(await once(), first)
    return first
  }
  const every = async (person: Person, check: (list: PostList) => unknown): Promise<void> => { for (const list of await pages(person)) check(list) }

  it('shows every change as soon as it is answered', async () => {
    const { ada, bob } = world
    const root = await say(ada, 'root')
    await every(bob, (list) => { equal(list.order[0], root.id) })
    const reply = await say(bob, 'a reply', { root_id: root.id })
    await every(ada, (list) => { equal(list.posts[root.id]?.reply_count, 1) })
    await ada.client.patchPost({ id: root.id, message: 'edited' } as Post)
    await every(bob, (list) => { equal(list.posts[root.id]?.message, 'edited') })
    await bob.client.pinPost(root.id)
    await every(ada, (list) => { equal(list.posts[root.id]?.is_pinned, true) })
    await bob.client.addReaction(bob.user.id, root.id, 'smile')
    await every(ada, (list) => { deepEqual(list.posts[root.id]?.metadata.reactions?.map((reaction) => reaction.emoji_name), ['smile']) })
    await bob.client.removeReaction(bob.user.id, root.id, 'smile')
    await every(ada, (list) => { equal(list.posts[root.id]?.metadata.reactions, undefined) })
    await bob.client.deletePost(reply.id)
    await every(ada, (list) => { deepEqual([list.posts[root.id]?.reply_count, list.posts[reply.id]], [0, undefined]) })
    const form = new FormData()
    form.append('channel_id', world.channel.id)
    form.append('files', new Blob(['warp']), 'warp.txt')
    const { file_infos: [info] } = await ada.client.uploadFile(form) as FileUploadResponse
    const attached = await say(ada, 'with a file', { file_ids: [info?.id as string] })
    await every(bob, (list) => { deepEqual(list.posts[attached.id]?.metadata.files?.map((file) => file.name), ['warp.txt']) })
    await ada.client.deletePost(root.id)
    await every(bob, (list) => { deepEqual([list.posts[root.id], list.order[0]], [undefined, attached.id]) })
  })

  it('shows what a linked post says now, and only to those who may read it', async () => {
    const { ada, bob, team } = world
    const secret = await ada.client.createChannel({ team_id: team.id, name: 'secret', display_name: 'Secret', type: 'P' } as Channel)
    const target = await ada.client.createPost({ channel_id: secret.id, message: 'between us' } as Post)
    const link = await say(ada, `${world.server.url}/${team.name}/pl/${target.id}`)
    const previewed = (list: PostList): string | undefined =>
      (list.posts[link.id]?.metadata.embeds?.[0] as { data?: { post?: Post } } | undefined)?.data?.post?.message
    await every(ada, (list) => { equal(previewed(list), 'between us') })
    await every(bob, (list) => { equal(previewed(list), undefined) })
    await ada.client.patchPost({ id: target.id, message: 'nobody else' } as Post)
    await every(ada, (list) => { equal(previewed(list), 'nobody else') })
  })

  it('is refused to whoever may not read the channel any more', async () => {
    const { ada, bob, team } = world
    const secret = await ada.client.createChannel({ team_id: team.id, name: 'secret', display_name: 'Secret', type: 'P' } as Channel)
    await ada.client.addToChannel(bob.user.id, secret.id)
    const { order } = await bob.client.getPosts(secret.id)
    ok(order.length > 0)
    await ada.client.removeFromChannel(bob.user.id, secret.id)
    await rejects(bob.client.getPosts(secret.id), { status_code: 404 })
    ok((await ada.client.getPosts(secret.id)).order.length > order.length)
  })

  it('has every post of whoever has been answered, however many write and read at once', async () => {
    const people = [world.ada, world.bob, world.admin]
    await Promise.all(people.map(async (person) => {
      for (let count = 0; count < 15; count += 1) {
        const made = await say(person, `number ${count}`)
        const { order, posts } = await person.client.getPosts(world.channel.id, 0, 100)
        ok(order.includes(made.id))
        deepEqual(order, order.toSorted((a, b) => (posts[b] as Post).create_at - (posts[a] as Post).create_at))
      }
    }))
  })
})
