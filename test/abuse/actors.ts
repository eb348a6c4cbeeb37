import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { Readable } from 'node:stream'
import { WebSocket } from 'ws'
import { createTokens, systemContext, type Context } from '@rookery/kernel'
import type { RookeryEvent } from '@rookery/sdk/protocol'
import { binary, createDiskFileStore, json, sql } from '../../kernel/src/storage/index.ts'
import { emptyPost } from '../harness/empty-post.ts'
import { createTestServer, type TestServer } from '../harness/test-server.ts'

/**
 * Accounts by what they are to the team `home` and its channels. The guest is in the channels, the visitor is a guest of
 * the team only; the stranger belongs to no team, the outsider to the team and to no channel of the targets.
 */
export const actors = ['guest', 'visitor', 'stranger', 'outsider', 'member', 'channelAdmin', 'teamAdmin', 'admin'] as const
export type Actor = (typeof actors)[number]

/** Who must never get further than an anonymous caller. */
export const sessionless = ['anonymous', 'expired', 'deactivated'] as const

/** Accounts that things belong to, and that nobody acts as. */
const others = ['foreigner', 'friend', 'gone', 'bot'] as const
type Account = Actor | (typeof others)[number]

/** What an operation may be about. Each cell of the matrix is one actor and one target of the noun in question. */
export const targetsOf = {
  none: ['none'],
  channel: ['open', 'private', 'direct', 'group', 'archived', 'foreignOpen', 'foreignPrivate'],
  post: ['open', 'private', 'direct', 'group', 'archived', 'foreignOpen', 'foreignPrivate', 'deleted'],
  team: ['home', 'openTeam', 'foreign', 'archivedTeam'],
  user: ['self', 'member', 'guest', 'foreigner', 'gone', 'admin', 'bot'],
} as const
export type Noun = keyof typeof targetsOf
export type TargetName<N extends Noun = Noun> = (typeof targetsOf)[N][number]

/** The ids that an input about a target is made of. */
export interface Target {
  readonly channelId: string
  readonly teamId: string
  readonly userId: string
  readonly username: string
  readonly email: string
  /** The root of a thread in the channel, written by `member` (in foreign channels by `foreigner`). */
  readonly postId: string
  readonly actorId: string
  /** Somebody who belongs to the channel or team. */
  readonly memberId: string
  /** Of a category in the sidebar of `member`, in the team `home`. */
  readonly categoryId: string
  /** The post as a thread: everybody follows it, those too who may not read it. */
  readonly threadId: string
  /** Of what the post said before. */
  readonly revisionId: string
  readonly channelName: string
  readonly teamName: string
  /** The team's invitation. */
  readonly inviteId: string
  /** Of a file of the post. */
  readonly fileId: string
  /** Of the emoji `loom`, made by `member`. */
  readonly emojiId: string
  /** Of the personal token of `member`. */
  readonly tokenId: string
  /** Of the role `channel_user`. */
  readonly roleId: string
  /** By account name. */
  readonly users: Readonly<Record<string, string>>
  readonly channels: Readonly<Record<string, string>>
  readonly teams: Readonly<Record<string, string>>
}

export interface Matrix {
  readonly server: TestServer
  contextOf(actor: Actor | 'anonymous'): Context
  /** For the Authorization header; undefined for `anonymous`. */
  tokenOf(actor: Actor | (typeof sessionless)[number] | 'personalToken'): string | undefined
  target(noun: Noun, name: TargetName, actor: Actor | 'anonymous'): Target
  /** Makes the rows again what they were in the beginning, and forgets what is remembered of them. */
  revive(): Promise<void>
  /** An open websocket of API v4, past its hello. */
  openSocket(actor: Actor): Promise<WebSocket>
  close(): Promise<void>
}

const rolesOf: Readonly<Partial<Record<Account, string>>> = { admin: 'system_user system_admin', guest: 'system_guest', visitor: 'system_guest' }

/** What there is at the beginning and is put back by reviving, each after what it refers to. */
const kept = [
  'users', 'sessions', 'personal_access_tokens', 'preferences', 'teams', 'team_members', 'channels', 'channel_members', 'posts', 'post_revisions', 'threads', 'thread_members',
  'reactions', 'files', 'custom_emoji', 'sidebar_categories', 'roles',
] as const

/** Straight into the tables: this world must not depend on the operations that it is there to judge. */
export async function createMatrix(): Promise<Matrix> {
  const server = await createTestServer({ settings: { accounts: { allowAccessTokens: true } }, plugins: ['first'] })
  const { db, ids, clock, chat } = server.kernel
  const tokens = createTokens({ randomBytes })
  const now = clock.now()
  const users: Record<string, string> = {}
  const teams: Record<string, string> = {}
  const channels: Record<string, string> = {}
  const posts: Record<string, string> = {}
  const files: Record<string, string> = {}
  const revisions: Record<string, string> = {}
  const invitations: Record<string, string> = {}
  const channelNames: Record<string, string> = {}
  const store = await createDiskFileStore({ folder: path.join(server.kernel.settings.dataFolder, 'files') })
  const keep = async (...keys: string[]): Promise<void> => { for (const key of keys) await store.write(key, Readable.from([Buffer.from('Hello')])) }
  const emojiId = ids.next()
  const tokenId = ids.next()
  const secrets: Record<string, string> = {}
  const sessionIds: Record<string, string> = {}

  for (const name of [...actors, ...others]) {
    users[name] = ids.next()
    await db.query(sql`
      insert into users (id, create_at, update_at, delete_at, username, email, roles, timezone, is_bot, bot_owner_id)
      values (${users[name]}, ${now}, ${now}, ${name === 'gone' ? now : 0}, ${name.toLowerCase()}, ${`${name}@example.com`.toLowerCase()},
        ${rolesOf[name] ?? 'system_user'}, ${json({ useAutomaticTimezone: 'true', automaticTimezone: '', manualTimezone: '' })}, ${name === 'bot'}, ${name === 'bot' ? users['member'] as string : ''})`)
  }
  const session = async (name: string, userId: string, expiresAt: number): Promise<void> => {
    const token = secrets[name] ??= tokens.token()
    const id = sessionIds[name] ??= ids.next()
    await db.query(sql`
      insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at)
      values (${id}, ${binary(tokens.hashToken(token))}, ${userId}, ${now}, ${expiresAt}, ${now})
      on conflict (id) do update set expires_at = excluded.expires_at`)
  }
  for (const name of actors) await session(name, users[name] as string, now + 3_600_000)
  await session('expired', users['member'] as string, now - 1)
  await session('deactivated', users['gone'] as string, now + 3_600_000)
  secrets['personalToken'] = tokens.token()
  await db.query(sql`
    insert into personal_access_tokens (id, token_hash, user_id, create_at)
    values (${tokenId}, ${binary(tokens.hashToken(secrets['personalToken']))}, ${users['member'] as string}, ${now})`)

  const team = async (name: string, { allowOpenInvite = false, deleteAt = 0 }: { allowOpenInvite?: boolean, deleteAt?: number } = {}): Promise<void> => {
    const id = teams[name] = ids.next()
    invitations[name] = tokens.token()
    await db.query(sql`
      insert into teams (id, create_at, update_at, delete_at, display_name, name, type, invite_id, allow_open_invite, last_icon_update_at)
      values (${id}, ${now}, ${now}, ${deleteAt}, ${name}, ${name.toLowerCase()}, ${allowOpenInvite ? 'O' : 'I'}, ${invitations[name]}, ${allowOpenInvite}, ${now})`)
    await keep(`teams/${id}.png`)
  }
  const joinTeam = (name: string, member: string): Promise<unknown> => db.query(sql`
    insert into team_members (team_id, user_id, create_at, update_at, is_guest, is_admin)
    values (${teams[name] as string}, ${users[member] as string}, ${now}, ${now}, ${member === 'guest' || member === 'visitor'}, ${member === 'teamAdmin'})`)
  await team('home')
  await team('openTeam', { allowOpenInvite: true })
  await team('foreign')
  await team('archivedTeam', { deleteAt: now })
  for (const member of ['guest', 'visitor', 'outsider', 'member', 'channelAdmin', 'teamAdmin', 'friend', 'gone', 'bot']) await joinTeam('home', member)
  await joinTeam('foreign', 'foreigner')
  for (const member of ['member', 'teamAdmin']) await joinTeam('archivedTeam', member)

  const joinChannel = (name: string, member: string): Promise<unknown> => db.query(sql`
    with joined as (
      insert into channel_members (channel_id, user_id, create_at, update_at, is_guest, is_admin)
      values (${channels[name] as string}, ${users[member] as string}, ${now}, ${now}, ${member === 'guest'}, ${member === 'channelAdmin'})
      on conflict (channel_id, user_id) do nothing returning 1)
    update channels set member_count = member_count + (select count(*) from joined) where id = ${channels[name] as string}`)
  const channel = async (name: string, type: string, teamName: string, members: readonly string[], deleteAt = 0): Promise<void> => {
    const id = channels[name] = ids.next()
    const author = teamName === 'foreign' ? 'foreigner' : 'member'
    const slug = channelNames[name] = type === 'D' ? [users['member'], users['friend']].sort().join('__') : name.toLowerCase()
    await db.query(sql`
      insert into channels (id, create_at, update_at, delete_at, team_id, type, display_name, name, creator_id, last_create_at, last_post_at, last_root_post_at, total_msg_count, total_msg_count_root, member_count)
      values (${id}, ${now}, ${now}, ${deleteAt}, ${teams[teamName] ?? ''}, ${type}, ${type === 'D' ? '' : name}, ${slug}, ${users[author] as string}, ${now + 1}, ${now + 1}, ${now + 1}, 2, 2, 0)`)
    for (const member of members) await joinChannel(name, member)
    const write = async (key: string, at: number, deletedAt: number): Promise<void> => {
      posts[key] = ids.next()
      await db.query(sql`
        insert into posts select p.* from jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
          'id', ${posts[key]}::text, 'create_at', ${at}::bigint, 'update_at', ${at}::bigint, 'delete_at', ${deletedAt}::bigint,
          'user_id', ${users[author] as string}::text, 'channel_id', ${id}::text, 'message', 'Hello')) p`)
      files[key] = ids.next()
      await db.query(sql`update posts set file_ids = array[${files[key]}] where id = ${posts[key]}`)
      await db.query(sql`
        insert into files (id, user_id, channel_id, post_id, create_at, update_at, delete_at, name, extension, size_bytes, mime_type, sha256, width, height, has_preview, storage_key)
        values (${files[key]}, ${users[author] as string}, ${id}, ${posts[key]}, ${at}, ${at}, ${deletedAt}, 'a.png', 'png', 5, 'image/png', '', 1, 1, true, ${`files/${files[key]}`})`)
      revisions[key] = ids.next()
      await db.query(sql`
        insert into post_revisions (id, post_id, replaced_at, message, props, edit_at) values (${revisions[key]}, ${posts[key]}, ${at}, 'Hullo', ${json({})}, ${at})`)
      await db.query(sql`
        insert into threads (post_id, channel_id, team_id, reply_count, last_reply_at, delete_at) values (${posts[key]}, ${id}, ${teams[teamName] ?? ''}, 1, ${at}, ${deletedAt})`)
      await db.query(sql`insert into thread_members (post_id, user_id) select ${posts[key]}, id from users`)
      await db.query(sql`
        insert into reactions (post_id, user_id, emoji_name, channel_id, create_at) values (${posts[key]}, ${users[author] as string}, 'loom', ${id}, ${at})`)
      await keep(`files/${files[key]}`, `files/${files[key]}.preview`, `files/${files[key]}.thumbnail`)
    }
    await write(name, now, 0)
    if (name === 'open') await write('deleted', now + 1, now + 2)
  }
  const inside = ['guest', 'member', 'channelAdmin']
  await channel('open', 'O', 'home', inside)
  await channel('private', 'P', 'home', inside)
  await channel('direct', 'D', '', ['member', 'friend'])
  await channel('group', 'G', '', ['guest', 'member', 'friend'])
  await channel('archived', 'O', 'home', inside, now)
  await channel('foreignOpen', 'O', 'foreign', ['foreigner'])
  await channel('foreignPrivate', 'P', 'foreign', ['foreigner'])
  await db.query(sql`
    insert into custom_emoji (id, name, creator_id, create_at, update_at, mime_type, storage_key) values (${emojiId}, 'loom', ${users['member'] as string}, ${now}, ${now}, 'image/png', 'emoji/loom')`)
  await keep('emoji/loom')
  const categoryId = ids.next()
  await db.query(sql`
    insert into sidebar_categories (id, user_id, team_id, type, display_name) values (${categoryId}, ${users['member'] as string}, ${teams['home'] as string}, 'custom', 'Looms')`)
  await db.query(sql`insert into preferences (user_id, category, name, value) select id, 'theme', 'colour', 'blue' from users`)
  // Everybody has saved every post, those too who may not read it.
  await db.query(sql`insert into preferences (user_id, category, name, value) select u.id, 'flagged_post', p.id, 'true' from users u, posts p`)
  await db.query(sql`create schema beginning`)
  for (const table of kept) await db.query(sql`create table ${sql.identifier(['beginning', table])} as table ${sql.identifier([table])}`)
  const roleId = await db.value<string>(sql`select id from roles where name = 'channel_user'`)
  chat.directory.users.clear()

  return {
    server,
    contextOf: (actor) => ({
      ...systemContext, requestId: ids.next(), address: '192.0.2.1',
      actor: actor === 'anonymous' ? { kind: 'anonymous' } : { kind: 'user', userId: users[actor] as string, sessionId: sessionIds[actor] as string, roles: (rolesOf[actor] ?? 'system_user').split(' ') },
    }),
    tokenOf: (actor) => secrets[actor],
    target(noun, name, actor) {
      const actorId = users[actor] ?? users['member'] as string
      const channelName = noun === 'channel' || noun === 'post' ? (name === 'deleted' ? 'open' : name) : 'open'
      const teamName = noun === 'team' ? name : channelName.startsWith('foreign') ? 'foreign' : 'home'
      const postName = noun === 'post' ? name : channelName
      const userName = noun !== 'user' ? undefined : name === 'self' ? actor : name
      const userId = userName === undefined || userName === 'anonymous' ? actorId : users[userName] as string
      const username = (Object.entries(users).find(([, id]) => id === userId)?.[0] ?? '').toLowerCase()
      return {
        channelId: channels[channelName] as string, teamId: teams[teamName] as string,
        channelName: channelNames[channelName] as string, teamName: teamName.toLowerCase(), inviteId: invitations[teamName] as string,
        postId: posts[postName] as string, threadId: posts[postName] as string, revisionId: revisions[postName] as string, fileId: files[postName] as string, emojiId, tokenId, userId, username, email: `${username}@example.com`, actorId, categoryId, roleId, memberId: users[name.startsWith('foreign') ? 'foreigner' : 'member'] as string, users, channels, teams,
      }
    },
    async revive() {
      await db.transact(async (transaction) => {
        for (const table of [...kept].reverse()) await transaction.query(sql`delete from ${sql.identifier([table])}`)
        for (const table of kept) await transaction.query(sql`insert into ${sql.identifier([table])} select * from ${sql.identifier(['beginning', table])}`)
      })
      server.kernel.sessions.clear()
      for (const cache of [chat.directory.users, chat.directory.teams, chat.directory.channels]) cache.clear()
      // Memberships, roles and pages of posts are learnt by the events that would have changed them.
      const learn = (name: string, payload: unknown, audience: object = {}): void => { chat.learn({ name, payload, audience } as unknown as RookeryEvent) }
      for (const channelId of Object.values(channels)) learn('channel.created', { memberIds: Object.values(users) }, { channelId })
      for (const role of await db.any(sql`select name, permissions from roles`)) learn('role.updated', { role })
    },
    async openSocket(actor) {
      const webSocket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/api/v4/websocket`, { headers: { authorization: `Bearer ${secrets[actor] ?? ''}` } })
      webSocket.on('error', () => {})
      await once(webSocket, 'message')
      return webSocket
    },
    close: () => server.close(),
  }
}
