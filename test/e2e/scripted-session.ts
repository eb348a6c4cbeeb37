import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { messages } from '../fixtures/messages.ts'
import { openSocket, signIn, type Person, type Socket } from '../harness/mattermost-client.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { snapshot } from './snapshot.ts'

interface Session { readonly server: ServerProcess, readonly messageCount: number, readonly say: (line: string) => void }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The main job of the server, played by people with the published Mattermost client; throws where anything is not as it must be. */
export async function playSession({ server, messageCount, say }: Session): Promise<void> {
  await server.start()
  say(`The server is at ${server.url}, its folder was empty`)
  const company = await gather(server.url, say)
  const posts = await converse(company, messageCount)
  say(`${posts.length} messages are stored and every one came to the sockets of its readers, once`)
  await react(company, posts)
  const files = await exchangeFiles(company)
  say(`${files.length} files went up and came down byte-identical`)
  const before = await snapshot(company.people, company.channels, company.team)
  for (const socket of company.sockets.values()) socket.close()

  await server.kill()
  say('The server was killed (SIGKILL)')
  await server.start()
  const after = await snapshot(company.people, company.channels, company.team)
  deepEqual(after, before)
  for (const file of files) equal(sha256(await download(company.people[0] as Person, file.id)), file.sha256)
  say('After the start: history, unread and mention counts, threads, reactions and files are as before')
  const socket = await openSocket(server.url, company.people[1]!.token)
  const last = await company.people[0]!.client.createPost({ channel_id: company.channels[0]!.id, message: 'And on it goes' } as Post)
  await socket.event('posted', ({ data }) => (JSON.parse((data as { post: string }).post) as Post).id === last.id)
  socket.close()
  equal(await server.stop(), 0)
  say('A message after the restart came live; the server ended cleanly on SIGTERM')
}

interface Company {
  readonly people: readonly Person[]
  readonly sockets: ReadonlyMap<Person, Socket>
  readonly team: Team
  /** Three of the team, a direct channel and a group; who belongs to each. */
  readonly channels: readonly Channel[]
  readonly members: ReadonlyMap<string, readonly Person[]>
}

async function gather(url: string, say: (line: string) => void): Promise<Company> {
  const ada = await signIn(url, 'ada')
  equal(ada.user.roles, 'system_admin system_user')
  say('ada signed up first and is the system admin')
  const team = await ada.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
  await rejects(signIn(url, 'stranger'), { server_error_id: 'api.user.create_user.no_open_server' })
  const bob = await signIn(url, 'bob', { inviteId: team.invite_id })
  const chen = await signIn(url, 'chen', { inviteId: team.invite_id })
  say('bob and chen joined by the invitation; a stranger without one was refused')
  const people = [ada, bob, chen]
  const town = await ada.client.getChannelByName(team.id, 'town-square')
  const looms = await ada.client.createChannel({ team_id: team.id, name: 'looms', display_name: 'Looms', type: 'O' } as Channel)
  const secret = await bob.client.createChannel({ team_id: team.id, name: 'secret', display_name: 'Secret', type: 'P' } as Channel)
  const sockets = new Map<Person, Socket>()
  for (const person of people) sockets.set(person, await openSocket(url, person.token))
  await bob.client.addToChannel(bob.user.id, looms.id)
  await chen.client.addToChannel(chen.user.id, looms.id)
  await bob.client.addToChannel(ada.user.id, secret.id)
  await sockets.get(ada)!.event('user_added', ({ broadcast }) => broadcast.channel_id === secret.id)
  await rejects(chen.client.getChannel(secret.id), { status_code: 404 })
  const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
  const group = await chen.client.createGroupChannel(people.map((person) => person.user.id))
  await sockets.get(bob)!.event('group_added')
  const members = new Map([[town.id, people], [looms.id, people], [secret.id, [ada, bob]], [direct.id, [ada, bob]], [group.id, people]])
  return { people, sockets, team, channels: [town, looms, secret, direct, group], members }
}

/** Everybody writes everywhere; every fifth message answers an earlier one. Every reader's socket hears each once. */
async function converse({ people, channels, members, sockets }: Company, count: number): Promise<Post[]> {
  const texts = messages(count, people.map((person) => person.user.username))
  const posts: Post[] = []
  const roots = new Map<string, Post>()
  for (let start = 0; start < texts.length; start += 20) {
    const written = await Promise.all(texts.slice(start, start + 20).map(async (message, offset) => {
      const index = start + offset
      const channel = channels[index % channels.length]!
      const authors = members.get(channel.id)!
      const author = authors[index % authors.length]!
      const root = index % 5 === 3 ? roots.get(channel.id) : undefined
      const post = await author.client.createPost({
        channel_id: channel.id, message, root_id: root?.id ?? '', pending_post_id: `${author.user.id}:${index}`,
      } as Post)
      equal(post.message, message)
      return post
    }))
    for (const post of written) if (post.root_id === '' && posts.length % 3 === 0) roots.set(post.channel_id, post)
    for (const post of written) if (!roots.has(post.channel_id) && post.root_id === '') roots.set(post.channel_id, post)
    posts.push(...written)
  }
  for (const [person, socket] of sockets) {
    const mine = posts.filter((post) => members.get(post.channel_id)!.includes(person))
    const last = mine.reduce((latest, post) => (post.create_at > latest.create_at ? post : latest))
    const heardIds = (): string[] => socket.events.filter(({ event }) => event === 'posted')
      .map(({ data }) => JSON.parse((data as { post: string }).post) as Post).filter((post) => post.type === '').map((post) => post.id)
    await socket.event('posted', ({ data }) => (JSON.parse((data as { post: string }).post) as Post).id === last.id)
    for (const post of mine) await socket.event('posted', ({ data }) => (data as { post: string }).post.includes(post.id))
    deepEqual(heardIds().toSorted(), mine.map((post) => post.id).toSorted())
  }
  ok(posts.some((post) => post.root_id !== ''))
  return posts
}

async function react({ people, members, sockets }: Company, posts: readonly Post[]): Promise<void> {
  for (const [index, post] of posts.entries()) {
    if (index % 40 !== 0) continue
    for (const person of members.get(post.channel_id)!) await person.client.addReaction(person.user.id, post.id, index % 80 === 0 ? '+1' : 'heart')
  }
  const [first] = posts as [Post]
  const [ada] = people as [Person]
  await sockets.get(ada)!.event('reaction_added', ({ data }) => (JSON.parse((data as { reaction: string }).reaction) as { post_id: string }).post_id === first.id)
  await ada.client.removeReaction(ada.user.id, first.id, '+1')
}

async function exchangeFiles({ people, channels }: Company): Promise<{ id: string, sha256: string }[]> {
  const [ada, bob] = people as [Person, Person]
  const exchanged: { id: string, sha256: string }[] = []
  for (const [index, bytes] of [randomBytes(1), randomBytes(70_000), randomBytes(3_000_000), Buffer.from('سلام، 世界!\n')].entries()) {
    const form = new FormData()
    form.append('channel_id', channels[0]!.id)
    form.append('client_ids', `client-${index}`)
    form.append('files', new Blob([bytes]), `ملف ${index} 文件.bin`)
    const { file_infos: [info], client_ids: clientIds } = await ada.client.uploadFile(form)
    deepEqual(clientIds, [`client-${index}`])
    await ada.client.createPost({ channel_id: channels[0]!.id, message: '', file_ids: [info!.id] } as Post)
    equal(sha256(await download(bob, info!.id)), sha256(bytes))
    exchanged.push({ id: info!.id, sha256: sha256(bytes) })
  }
  return exchanged
}

async function download(person: Person, fileId: string): Promise<Uint8Array> {
  const response = await fetch(person.client.getFileUrl(fileId, 0), { headers: { Authorization: `Bearer ${person.token}` } })
  equal(response.status, 200)
  return new Uint8Array(await response.arrayBuffer())
}
