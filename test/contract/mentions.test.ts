import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { openSocket, type Socket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('mentions', () => {
  let world: World
  let socket: Socket
  before(async () => {
    world = await createWorld()
    const { bob, server } = world
    const mention_keys = 'loom,node.js,天気,مرحبا'
    await bob.client.patchMe({ first_name: 'Will', notify_props: { ...bob.user.notify_props, mention_keys, first_name: 'true' } } as never)
    socket = await openSocket(server.url, bob.token)
  })
  after(async () => {
    socket.close()
    await world.close()
  })

  const countOf = async (): Promise<number> => (await world.bob.client.getChannelMember(world.channel.id, world.bob.user.id)).mention_count
  /** Whether bob was told that a message means him; his count says the same. */
  const means = async (message: string): Promise<boolean> => {
    const before = await countOf()
    const post = await world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
    const { data } = await socket.event('posted', (event) => String((event.data as { post: string }).post).includes(post.id))
    const mentions = (data as { mentions?: string }).mentions
    const isMeant = mentions !== undefined && (JSON.parse(mentions) as string[]).includes(world.bob.user.id)
    equal(await countOf(), before + (isMeant ? 1 : 0), message)
    return isMeant
  }
  const assertMeans = async (messages: readonly string[], isMeant: boolean): Promise<void> => {
    for (const message of messages) equal(await means(message), isMeant, message)
  }

  it('by name, with and without punctuation, and of everybody', async () => {
    await assertMeans(['@bob', 'Ask @Bob.', '(@bob)', '**@bob**', '> @bob said', '@bob, @ada', 'はい@bob', '@channel', 'look @all!', '@here'], true)
    await assertMeans(['bob', 'x@bob', '@bobby', 'ada@bob.example', '`@bob`', '```\n@bob @all\n```', '@stranger', '@channels', '`@channel`'], false)
  })

  it('by keywords, in any case, as whole words', async () => {
    await assertMeans(['The LOOM!', 'a loom-maker', 'Node.js?', 'مرحبا بكم'], true)
    await assertMeans(['looms', 'heirloom', 'https://example.com/loom', '`loom`', ':loom:', 'مرحبابكم'], false)
  })

  it('by keywords inside of words where no spaces are written, but not in code and addresses', async () => {
    await assertMeans(['今日は天気がいい', '天気', '明日の天気は?'], true)
    await assertMeans(['`今日は天気がいい`', '```\n天気\n```', 'https://example.com/天気', '今日は天と気'], false)
  })

  it('by the first name, as it is written', async () => {
    await assertMeans(['Will comes', 'Ask Will.'], true)
    await assertMeans(['it will rain', 'WILL', 'Willow'], false)
  })

  it('change with an edit, uncounted; nobody mentions himself', async () => {
    const { ada, bob, channel } = world
    const before = await countOf()
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'nothing' } as Post)
    await ada.client.patchPost({ id: post.id, message: '今日は天気がいい' } as Post)
    equal(await countOf(), before)
    await bob.client.createPost({ channel_id: channel.id, message: '@bob loom Will' } as Post)
    equal(await countOf(), 0)
    await bob.client.markPostAsUnread(bob.user.id, post.id)
    deepEqual(await countOf(), 1)
    await ada.client.patchPost({ id: post.id, message: '`今日は天気がいい`' } as Post)
    await bob.client.markPostAsUnread(bob.user.id, post.id)
    deepEqual(await countOf(), 0)
  })
})
