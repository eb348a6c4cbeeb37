import sharp from 'sharp'
import {
  channelMembersAdd, channelsArchive, channelsCreateGroup, channelsListAll, filesUpload, pluginsEnable, pluginsInstall, pluginsList, pluginsUninstall, pluginsUpgrade, pluginsUsage, postsCreate, postsEdit, postsSetPinned, preferencesSave, reactionsAdd, settingsDescribe, teamMembersAdd, usersCreate, usersList, type InputOf, type Post,
} from '@rookery/sdk/protocol'
import { eventually } from '../harness/plugin-actions.ts'
import { createPackage, type PackageParts } from '../harness/plugin-packages.ts'
import type { WebPerson, WebWorld } from '../harness/web-world.ts'

/** What the screens show. */
export interface Furniture {
  readonly world: WebWorld
  readonly inviteId: string
  readonly channelIds: Readonly<Record<'design' | 'board' | 'attic' | 'crowd' | 'group', string>>
  readonly postIds: Readonly<Record<'rich' | 'root' | 'edited', string>>
  readonly userIds: Readonly<Record<'ada' | 'bob' | 'nadia', string>>
  /** What people and plugins say: it stands in no locale file. */
  readonly words: readonly string[]
}

/** Where the words of people and plugins stand. */
const said = new Set(['username', 'nickname', 'firstName', 'lastName', 'email', 'name', 'displayName', 'purpose', 'header', 'description', 'summary', 'title', 'reason', 'label', 'enum', 'default'])

/** What a plugin fails with. */
const bitter = 'It is bitter'

export const password = 'a tower of rooks 7'

const rich = `### Release notes
Hello @bob, see ~board and **bold**, *italic*, ~~gone~~, \`inline code\` :tada: #release https://example.com/looms?x=1

- [x] Write the parser
- [ ] Sleep

> Simplicity is prerequisite for reliability.

| Loom | Threads | Cost | A column that is wide | Another column that is wide | And one more of them |
|:-----|:-------:|-----:|-----|-----|-----|
| Jacquard | 24 | $12 | abcdefghijklmnopqrstuvwxyz | abcdefghijklmnopqrstuvwxyz | abcdefghijklmnopqrstuvwxyz |

\`\`\`ts
export const answer = (name: string): number => name.length * 42 // a comment that is so long that no window of a phone could show it
\`\`\`

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft – 製品開発部 – مرحبا بالعالم`

async function addPlugins(ada: WebPerson): Promise<void> {
  const packageOf = async (parts: PackageParts) => new Uint8Array(await createPackage({ keys: null, description: 'Greets whoever comes.', ...parts }))
  const hooks: PackageParts['contributes'] = { observers: [{ name: 'taste', event: 'post.created', needs: [], maximumAttempts: 1 }], transforms: [{ operation: 'posts.create', needs: ['message'], filter: { contains: ['nobody says this'] } }] as never }
  const growing = (version: string, more: string[]): PackageParts => ({
    version, contributes: hooks, source: `rookery.on("transform posts.create", () => null); rookery.on("observe taste", () => { throw new Error("${bitter}") })`,
    capabilities: Object.fromEntries(['posts:transform', 'posts:read', ...more].map((name) => [name, { reason: 'Hears who comes, and greets them.' }])),
    settings: { system: { type: 'object', properties: {
      greeting: { type: 'string', title: 'Greeting', description: 'Said to whoever comes.', default: 'Hello', maxLength: 20 }, perDay: { type: 'integer', title: 'Times a day', minimum: 1, maximum: 9, default: 3 },
      tone: { type: 'string', title: 'Tone', enum: ['kind', 'dry'], default: 'kind' }, isLoud: { type: 'boolean', title: 'Aloud', default: false }, hosts: { type: 'array', title: 'Hosts', items: { type: 'string' } },
    } } },
  })
  await ada.client.upload(pluginsInstall, { accept: 'unsigned' }, await packageOf(growing('1.0.0', [])))
  await ada.client.run(pluginsEnable, { pluginId: 'growing', consent: ['posts:transform', 'posts:read'] })
  await ada.client.upload(pluginsUpgrade, { pluginId: 'growing', accept: 'unsigned' }, await packageOf(growing('2.0.0', ['posts:write'])))
  await ada.client.upload(pluginsInstall, { accept: 'unsigned' }, await packageOf({ id: 'gone', name: 'Gone' }))
  await ada.client.run(pluginsUninstall, { pluginId: 'gone', data: 'export' })
  await ada.client.upload(pluginsInstall, { accept: 'unsigned' }, await packageOf({ id: 'sleeping', name: 'Sleeping', capabilities: { 'posts:read': { reason: 'Hears who comes.' }, http: { reason: 'Asks elsewhere.', optional: true, hosts: ['example.org'] } } }))
}

/** Puts into an empty world what every screen needs to show something. */
export async function furnish(world: WebWorld): Promise<Furniture> {
  const person = (name: string): WebPerson => world.people[name] as WebPerson
  const [ada, bob, nadia] = [person('ada'), person('bob'), person('nadia')]
  const say = (from: WebPerson, channelId: string, message: string, more: Partial<InputOf<typeof postsCreate>> = {}): Promise<Post> => from.client.run(postsCreate, { channelId, message, pendingPostId: crypto.randomUUID(), ...more })
  const design = await world.createChannel('Design', ['bob', 'carol'], { purpose: 'How things look', header: 'Drafts are in https://example.com/drafts' })
  const board = await world.createChannel('Board', ['bob'], { type: 'P' })
  const attic = await world.createChannel('Attic', ['bob'])
  await world.createChannel('Elsewhere')
  await world.createChannel('Ein sehr langer Name eines Kanals, den niemand zu Ende liest', ['bob'], { name: 'long' })
  const crowd = await world.createChannel('Crowd', ['bob', 'carol', 'nadia'])
  for (let number = 1; number <= 4; number += 1) {
    const { id } = await ada.client.run(usersCreate, { username: `guest${number}`, email: `guest${number}@example.com`, password })
    await ada.client.run(teamMembersAdd, { teamId: world.team.id, userId: id })
    await world.createChannel(`Room ${number}`, [])
    await ada.client.run(channelMembersAdd, { channelId: crowd.id, userIds: [id] })
  }
  await ada.client.run(usersCreate, { username: 'newcomer', email: 'newcomer@example.com', password })
  const group = await ada.client.run(channelsCreateGroup, { userIds: [ada.user.id, bob.user.id, nadia.user.id] })
  await say(ada, attic.id, 'Dust')
  await ada.client.run(channelsArchive, { channelId: attic.id })

  const root = await say(bob, design.id, 'A thread begins here')
  await say(ada, design.id, 'And a reply', { rootId: root.id })
  await say(bob, design.id, 'And another one, @ada', { rootId: root.id })
  const picture = new Uint8Array(await sharp({ create: { width: 640, height: 360, channels: 3, background: '#3a6ea5' } }).png().toBuffer())
  const files = await Promise.all([['loom.png', picture], ['tower.png', picture], ['a name that is much too long for the card in which it stands, really.txt', new TextEncoder().encode('lines')]].map(
    ([name, bytes]) => bob.client.upload(filesUpload, { channelId: design.id, name: name as string }, bytes as Uint8Array<ArrayBuffer>)))
  await say(bob, design.id, 'Two looms', { fileIds: files.map(({ id }) => id) })
  await say(bob, design.id, '', { props: { attachments: [{ color: '#2a7', title: 'Build 412', text: 'All **green**', fields: [{ title: 'Branch', value: 'main', short: true }], actions: [{ id: 'again', type: 'button', name: 'Run again', integration: { url: 'https://example.com/' } }] }] } }).catch(() => {})
  const edited = await say(ada, design.id, 'A tpyo')
  await ada.client.run(postsEdit, { postId: edited.id, message: 'A typo' })
  const told = await say(bob, design.id, rich)
  for (const { client, user } of [ada, bob]) for (const emojiName of ['tada', '+1']) await client.run(reactionsAdd, { userId: user.id, postId: told.id, emojiName })
  await ada.client.run(postsSetPinned, { postId: told.id, isPinned: true })
  await ada.client.run(preferencesSave, { userId: ada.user.id, preferences: [{ category: 'flagged_post', name: told.id, value: 'true' }] })
  await addPlugins(ada)
  await say(ada, design.id, 'Taste this')
  await eventually(() => ada.client.run(pluginsUsage, { pluginId: 'growing' }), ({ deadLetters }) => deadLetters > 0)
  const words: string[] = ['Rookery', 'Mattermost', world.server.url, ...files.map(({ name }) => name), 'What', 'Commands', 'Gone', bitter]
  const gather = (value: unknown, key = ''): void => {
    if (typeof value === 'string' && said.has(key)) words.push(...value.split('\n').map((line) => line.trim()).filter((line) => line.length > 1))
    else if (value !== null && typeof value === 'object') for (const [name, each] of Object.entries(value)) gather(each, Array.isArray(value) ? key : name)
  }
  gather([world.team, await ada.client.run(channelsListAll, {}), await ada.client.run(pluginsList, {}), await ada.client.run(usersList, {}), await ada.client.run(settingsDescribe, {})])
  return {
    world, inviteId: world.team.inviteId, channelIds: { design: design.id, board: board.id, attic: attic.id, crowd: crowd.id, group: group.id },
    postIds: { rich: told.id, root: root.id, edited: edited.id }, words, userIds: { ada: ada.user.id, bob: bob.user.id, nadia: nadia.user.id },
  }
}
