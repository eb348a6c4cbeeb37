import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createClient, type Client } from '@rookery/sdk/client'
import { channelsCreate, filesListOfChannel, filesUpload, postsCreate, postsDelete } from '@rookery/sdk/protocol'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

describe('the files of a channel', () => {
  let world: World
  let ada: Client
  let bob: Client
  const clientOf = (token: string): Client => createClient({ url: world.server.url, token })
  before(async () => {
    world = await createWorld()
    ada = clientOf(world.ada.token)
    bob = clientOf(world.bob.token)
  })
  after(() => world.close())

  const share = async (channelId: string, name: string, bytes: Uint8Array): Promise<{ fileId: string, postId: string }> => {
    const { id } = await ada.upload(filesUpload, { channelId, name }, new Uint8Array(bytes))
    const post = await ada.run(postsCreate, { channelId, message: name, fileIds: [id], pendingPostId: crypto.randomUUID() })
    return { fileId: id, postId: post.id }
  }
  const text = new TextEncoder().encode('some lines of text')

  it('come the latest first, in pages, and by what they are', async () => {
    const channelId = world.channel.id
    const first = await share(channelId, 'first.txt', text)
    const picture = await share(channelId, 'picture.png', pixel)
    const last = await share(channelId, 'last.txt', text)
    // What no post carries is its uploader's alone.
    await ada.upload(filesUpload, { channelId, name: 'unsent.txt' }, text)
    const idsOf = async (input: { kind?: 'image' | 'text' | 'video' | 'audio' | 'other', beforeFileId?: string, limit?: number }): Promise<string[]> => (await ada.run(filesListOfChannel, { channelId, ...input })).map(({ id }) => id)
    deepEqual(await idsOf({}), [last.fileId, picture.fileId, first.fileId])
    deepEqual(await idsOf({ limit: 2 }), [last.fileId, picture.fileId])
    deepEqual(await idsOf({ limit: 2, beforeFileId: picture.fileId }), [first.fileId])
    deepEqual(await idsOf({ kind: 'image' }), [picture.fileId])
    deepEqual(await idsOf({ kind: 'text' }), [last.fileId, first.fileId])
    for (const kind of ['video', 'audio', 'other'] as const) deepEqual(await idsOf({ kind }), [])
    await ada.run(postsDelete, { postId: last.postId })
    deepEqual(await idsOf({}), [picture.fileId, first.fileId])
  })

  it('are for those who may read it', async () => {
    const hidden = await ada.run(channelsCreate, { teamId: world.team.id, name: 'hidden', displayName: 'Hidden', type: 'P' })
    await share(hidden.id, 'secret.txt', text)
    equal((await ada.run(filesListOfChannel, { channelId: hidden.id })).length, 1)
    await rejects(bob.run(filesListOfChannel, { channelId: hidden.id }), { code: 'channel_not_found' })
    // A file of another channel says nothing of this one.
    deepEqual(await ada.run(filesListOfChannel, { channelId: world.channel.id, beforeFileId: (await share(hidden.id, 'other.txt', text)).fileId }), [])
  })
})
