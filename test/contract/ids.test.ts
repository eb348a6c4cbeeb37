import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { CustomEmoji } from '@mattermost/types/emojis'
import type { Post } from '@mattermost/types/posts'
import { channelsGet, postsGet, postsListRevisions, threadsGet } from '@rookery/sdk/protocol'
import sharp from 'sharp'
import { ask } from '../harness/ask.ts'
import { openBareSocket, type BareSocket } from '../harness/bare-socket.ts'
import { askNative, askPlugin, enablePlugin } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

/** What clients call an id, in the words of either door. */
const isNamedId = (name: string): boolean => /(?:^|[a-z]_)ids?$|[a-z]Ids?$/.test(name)
/** Made by whoever sends them; names of plugins, which their authors give; and secrets. */
const ofOthers = new Set(['pending_post_id', 'pendingPostId', 'client_ids', 'plugin_id', 'pluginId', 'device_id', 'deviceId', 'google_id', 'invite_id', 'inviteId'])
const idForm = /^[a-z0-9]{26}$/

/** What the time in an id says: the first 48 of its bits, in milliseconds since 1970. */
const madeAt = (id: string): number => [...id.slice(0, 10)].reduce((sum, letter) => sum * 32 + parseInt(letter, 32), 0) / 4

/** Every id in what came over the wire, with the place where it stands; texts of JSON are looked into as well. */
function* idsOf(value: unknown, place: string): Generator<readonly [place: string, id: string]> {
  if (typeof value === 'string' && /^[[{]/.test(value)) yield* idsOf(JSON.parse(value), place)
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    const where = Array.isArray(value) ? place : `${place}.${name}`
    if (!isNamedId(name) || ofOthers.has(name)) yield* idsOf(inner, where)
    // A list of ids may be text of JSON too.
    else for (const text of [inner].flat().filter((each) => typeof each === 'string')) for (const id of text.startsWith('[') ? JSON.parse(text) as string[] : [text]) if (id !== '') yield [where, id]
  }
}

describe('Ids (pitfall 14)', () => {
  let world: World
  let socket: BareSocket
  let startedAt: number
  before(async () => {
    startedAt = Date.now()
    world = await createWorld({ plugins: ['spare', 'archive'], releasePlugins: ['slash-commands'] })
    for (const id of ['com.example.spare', 'archive']) await enablePlugin(world, id)
    socket = await openBareSocket(world.server.url, { token: world.bob.token })
    await socket.event('hello')
  })
  after(async () => {
    socket.close()
    await world.close()
  })

  it('have one form and come from one place, whoever makes what they name, at both doors and in events', async () => {
    const { admin, ada, bob, stranger, team, channel, server } = world
    const heard: unknown[] = []
    const say = async (method: string, path: string, body?: unknown, person = ada): Promise<Record<string, unknown> & { id: string }> => {
      const answer = await ask(server.url, person.token, method, path, body)
      ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      match(String(answer.headers.get('x-request-id')), idForm)
      heard.push(answer.body)
      return answer.body as Record<string, unknown> & { id: string }
    }
    const posted = (message: string): Promise<Post> => socket.message(({ event, data }) => event === 'posted' && (JSON.parse(String(data?.['post'])) as Post).message === message)
      .then(({ data }) => JSON.parse(String(data?.['post'])) as Post)

    const form = new FormData()
    form.append('channel_id', channel.id)
    form.append('files', new Blob(['warp and weft']), 'pattern.txt')
    const { file_infos: [file] } = await say('POST', '/files', form) as unknown as { file_infos: { id: string }[] }
    await say('POST', '/uploads', { channel_id: channel.id, filename: 'large.bin', file_size: 10 })
    const root = await say('POST', '/posts', { channel_id: channel.id, message: 'root', file_ids: [file?.id] })
    const reply = await say('POST', '/posts', { channel_id: channel.id, root_id: root.id, message: '@bob, a reply' })
    await say('PUT', `/posts/${root.id}/patch`, { message: 'changed' })
    await say('POST', '/reactions', { user_id: ada.user.id, post_id: root.id, emoji_name: 'smile' })
    const group = await say('POST', '/channels/group', [admin.user.id, ada.user.id, bob.user.id])
    const direct = await say('POST', '/channels/direct', [ada.user.id, bob.user.id])
    const room = await say('POST', '/channels', { team_id: team.id, name: 'room', display_name: 'Room', type: 'P' } as Channel)
    await say('POST', `/users/me/teams/${team.id}/channels/categories`, { user_id: ada.user.id, team_id: team.id, display_name: 'Mine' })
    const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#c33' } }).png().toBuffer()
    heard.push(await ada.client.createCustomEmoji({ name: 'rook', creator_id: ada.user.id } as CustomEmoji, new File([picture as Uint8Array<ArrayBuffer>], 'rook.png')))
    await say('PUT', `/channels/${channel.id}/patch`, { header: 'Told by the server' })
    await say('POST', '/commands/execute', { command: '/echo said by a plugin', channel_id: channel.id, team_id: team.id })
    const echoed = await posted('said by a plugin')

    // A plugin posts when its job comes, as the one who let it; and puts a file where people see it.
    await askPlugin(world, 'com.example.spare', '/speak-later', { channelId: channel.id, message: 'said by a job' })
    const spoken = await posted('said by a job')
    const { value: copy } = await askPlugin<{ value: { file: { id: string } } }>(world, 'archive', '/copy', { fileId: file?.id, channelId: channel.id, name: 'copy.txt' })
    heard.push(copy)

    for (const path of [
      '/users/me', '/users/me/sessions', `/users/me/teams/${team.id}/channels`, `/users/me/teams/${team.id}/channels/members`, '/users/me/teams/members', `/users/me/teams/${team.id}/threads?extended=true`,
      `/channels/${channel.id}/posts`, `/posts/${root.id}/thread`, `/posts/${root.id}/edit_history`, `/posts/${root.id}/files/info`, `/channels/${channel.id}/members`, `/teams/${team.id}/channels`, '/emoji', '/users/me/preferences',
    ]) await say('GET', path)
    await say('POST', '/roles/names', ['system_user', 'channel_user'])
    await say('POST', '/users/status/ids', [ada.user.id, bob.user.id])

    // The other door, and what clients of it hear, know the same things by the same ids.
    const native = await askNative(world, ada, postsGet, { postId: root.id })
    deepEqual([native.id, native.channelId, native.userId, native.fileIds], [root.id, channel.id, ada.user.id, [file?.id]])
    const ofNative = [native, await askNative(world, ada, channelsGet, { channelId: room.id }), await askNative(world, ada, postsListRevisions, { postId: root.id }), await askNative(world, ada, threadsGet, { userId: ada.user.id, teamId: team.id, threadId: root.id })]
    for (const id of [reply.id, echoed.id, spoken.id]) equal((await askNative(world, ada, postsGet, { postId: id })).id, id)
    for (const id of [group.id, direct.id]) equal((await askNative(world, ada, channelsGet, { channelId: id })).id, id)

    // Of settings only the names sound like it (EnableSignUpWithOpenId).
    const found = [...idsOf(heard, 'v4'), ...idsOf(ofNative, 'native'), ...idsOf(socket.messages.filter(({ event }) => event !== 'config_changed'), 'events')]
    const standardCategory = /^(?:favorites|channels|direct_messages)_[a-z0-9]{26}_[a-z0-9]{26}$/
    deepEqual(found.filter(([, id]) => !idForm.test(id) && !standardCategory.test(id)), [])
    // Of one maker: each holds the moment at which it was made, and none was made elsewhere.
    const foreign = found.filter(([, id]) => idForm.test(id) && !(madeAt(id) >= startedAt - 1000 && madeAt(id) <= Date.now() + 1000))
    deepEqual(foreign, [])
    ok(new Set(found.map(([, id]) => id)).size > 20, `${found.length} ids were found`)

    // What has another form is no id to anybody.
    for (const id of ['x', root.id.toUpperCase(), `${root.id}a`, crypto.randomUUID()]) {
      ok([400, 404].includes((await ask(server.url, ada.token, 'GET', `/posts/${id}`)).status), id)
      await rejects(askNative(world, ada, postsGet, { postId: id }), { code: 'invalid_input' })
    }
    equal((await ask(server.url, stranger.token, 'GET', `/posts/${root.id}`)).status, 404)
  })
})
