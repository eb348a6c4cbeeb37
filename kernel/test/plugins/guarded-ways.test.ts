import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import * as protocol from '@rookery/sdk/protocol'
import {
  channelMembersAdd, channelsConvertGroup, channelsCreate, channelsCreateGroup, channelsGet, filesCommit, filesUpload, pluginsSetSettings, postsCreate, postsEdit, postsGet, postsListRevisions, postsRestoreRevision, postsSetPinned,
  teamInvitationsAccept, teamMembersAdd, teamMembersAddMany, teamMembersJoin, uploadsAppend, uploadsCreate, uploadsList, usersCreate, usersDemote, usersPromote, type Hookable, type InputOf, type Operation,
} from '@rookery/sdk/protocol'
import { systemContext, type Context, type Result } from '@rookery/kernel'
import { binary, sql } from '../../src/storage/index.ts'
import { createTokens } from '../../src/auth/index.ts'
import { ask } from '../../../test/harness/ask.ts'
import { askNative, command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'porter'

/** One way to do what a guarded operation does. */
interface Trial {
  /** What a guard on the guarded operation is told, as far as it is known before. */
  readonly told: object
  /** Something of it by which the guard knows that it is this one. */
  readonly name: string
  go(): Promise<unknown>
  isDone(): Promise<boolean>
  /** What is done also where the guard refuses its part. */
  isDoneBesides?(): Promise<boolean>
}

describe('A guard on an operation', () => {
  let world: World
  let count = 0
  /** Default channels of the team. */
  let townSquare = ''
  let offTopic = ''

  const as = (userId: string): Context => ({ ...systemContext, actor: { kind: 'user', userId, sessionId: '', roles: ['system_user'] } })
  const run = <O extends Operation>(context: Context, operation: O, input: InputOf<O>, bytes?: string): Promise<Result<O>> =>
    world.server.kernel.operations.dispatch(operation, context, input, bytes === undefined ? undefined : Readable.from([Buffer.from(bytes)]))
  const form = () => ({ username: `weaver-${count += 1}`, email: `weaver-${count}@example.com`, password: 'correct horse battery staple' })
  const newcomer = async (): Promise<string> => (await command(world, usersCreate, form())).id
  const refuse = (closed: string, ...names: string[]): Promise<unknown> => command(world, pluginsSetSettings, { pluginId, scope: 'system', values: { closed, names, unsure: '' } })
  const doubt = (unsure: string): Promise<unknown> => command(world, pluginsSetSettings, { pluginId, scope: 'system', values: { closed: '', names: [], unsure } })
  const isIn = async (kind: 'team' | 'channel', id: string, userId: string): Promise<boolean> => {
    const { db } = world.server.kernel
    const row = await (kind === 'team'
      ? db.maybeOne(sql`select 1 as one from team_members where team_id = ${id} and user_id = ${userId} and delete_at = 0`)
      : db.maybeOne(sql`select 1 as one from channel_members where channel_id = ${id} and user_id = ${userId}`))
    return row !== undefined
  }
  const userIdOf = async (username: string): Promise<string> => (await world.server.kernel.db.maybeOne<{ id: string }>(sql`select id from users where username = ${username}`))?.id ?? ''
  /** A mailed invitation to the team and to a channel, as if it had been read. */
  const invite = async (): Promise<string> => {
    const tokens = createTokens({ randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)) })
    const token = tokens.token()
    await world.server.kernel.db.query(sql`
      insert into team_invitations (token_hash, team_id, email, inviter_id, channel_ids, expires_at)
      values (${binary(tokens.hashToken(token))}, ${world.team.id}, ${`weaver-${count + 1}@example.com`}, '', array[${world.channel.id}], ${Date.now() + 3_600_000})`)
    return token
  }
  const strays = async (): Promise<number> => (await world.server.kernel.db.one<{ count: number }>(sql`select count(*) as count from unclaimed_blobs where create_at > 0`)).count
  const edited = async (): Promise<string> => {
    const { id } = await run(as(world.ada.user.id), postsCreate, { channelId: world.channel.id, message: `grog ${count += 1}` })
    await run(as(world.ada.user.id), postsEdit, { postId: id, message: 'nothing' })
    return id
  }

  before(async () => {
    world = await createWorld({ plugins: [pluginId] })
    await enablePlugin(world, pluginId)
    const channels = await world.server.kernel.db.any<{ id: string, name: string }>(sql`select id, name from channels where team_id = ${world.team.id}`)
    townSquare = channels.find(({ name }) => name === 'town-square')?.id ?? ''
    offTopic = channels.find(({ name }) => name === 'off-topic')?.id ?? ''
  })
  after(() => world.close())

  const addTo = (userId: string) => ({ teamId: world.team.id, userId })
  const intoTeam = (userId: string, go: () => Promise<unknown>): Trial => ({ told: addTo(userId), name: userId, go, isDone: () => isIn('team', world.team.id, userId) })
  /** Whoever may not come into a channel comes into the team all the same. */
  const intoChannel = (channelId: string, userId: string, go: () => Promise<unknown>): Trial => ({ told: {}, name: `"${channelId}","userIds":["${userId}"`, go, isDone: () => isIn('channel', channelId, userId), isDoneBesides: () => isIn('team', world.team.id, userId) })
  const signUp = async (guarded: Hookable): Promise<Trial> => {
    const inviteToken = await invite()
    const input = { ...form(), inviteToken }
    const go = (): Promise<unknown> => run({ ...systemContext, actor: { kind: 'anonymous' } }, usersCreate, input)
    const isInTeam = async (): Promise<boolean> => isIn('team', world.team.id, await userIdOf(input.username))
    if (guarded === teamMembersAdd) return { told: { teamId: world.team.id }, name: world.team.id, go, isDone: isInTeam }
    return { told: {}, name: world.channel.id, go, isDone: async () => isIn('channel', world.channel.id, await userIdOf(input.username)), isDoneBesides: isInTeam }
  }

  /** A file whose bytes nobody has sent before. */
  const commit = (send: (name: string, bytes: string) => Promise<unknown>): Trial => {
    const name = `pattern-${count += 1}.txt`
    const bytes = `warp and weft ${count}`
    const told = { channelId: world.channel.id, name, extension: 'txt', sizeBytes: bytes.length, mimeType: 'text/plain', hash: createHash('sha256').update(bytes).digest('hex') }
    return {
      told, name: told.hash, go: () => send(name, bytes),
      async isDone() {
        const stored = await world.server.kernel.db.maybeOne(sql`select 1 as one from files where name = ${name}`)
        const waiting = (await run(as(world.ada.user.id), uploadsList, {})).filter((upload) => upload.name === name)
        deepEqual([waiting.length, await strays()], [0, 0])
        return stored !== undefined
      },
    }
  }

  /** Every way that there is; which the protocol names are compared below. */
  const ways: readonly { readonly way: Operation, readonly guarded: Hookable, readonly prepare: () => Promise<Trial> }[] = [
    { way: teamMembersAddMany, guarded: teamMembersAdd, async prepare() {
      const userId = await newcomer()
      return intoTeam(userId, async () => {
        const [answer] = await command(world, teamMembersAddMany, { teamId: world.team.id, userIds: [userId] })
        if (answer?.error) throw new protocol.RookeryError(answer.error.code as protocol.ErrorCode, answer.error.details)
      })
    } },
    { way: teamMembersJoin, guarded: teamMembersAdd, async prepare() {
      const userId = await newcomer()
      return intoTeam(userId, () => run(as(userId), teamMembersJoin, { inviteId: world.team.invite_id }))
    } },
    { way: teamInvitationsAccept, guarded: teamMembersAdd, async prepare() {
      const userId = await newcomer()
      const token = await invite()
      return intoTeam(userId, () => run(as(userId), teamInvitationsAccept, { token }))
    } },
    { way: usersCreate, guarded: teamMembersAdd, prepare: () => signUp(teamMembersAdd) },
    { way: teamMembersAdd, guarded: channelMembersAdd, async prepare() {
      const userId = await newcomer()
      return intoChannel(townSquare, userId, () => command(world, teamMembersAdd, addTo(userId)))
    } },
    { way: teamMembersAddMany, guarded: channelMembersAdd, async prepare() {
      const userId = await newcomer()
      return intoChannel(offTopic, userId, () => command(world, teamMembersAddMany, { teamId: world.team.id, userIds: [userId] }))
    } },
    { way: teamMembersJoin, guarded: channelMembersAdd, async prepare() {
      const userId = await newcomer()
      return intoChannel(townSquare, userId, () => run(as(userId), teamMembersJoin, { inviteId: world.team.invite_id }))
    } },
    { way: teamInvitationsAccept, guarded: channelMembersAdd, async prepare() {
      const userId = await newcomer()
      const token = await invite()
      return intoChannel(world.channel.id, userId, () => run(as(userId), teamInvitationsAccept, { token }))
    } },
    { way: usersCreate, guarded: channelMembersAdd, prepare: () => signUp(channelMembersAdd) },
    { way: usersPromote, guarded: channelMembersAdd, async prepare() {
      const userId = await newcomer()
      await command(world, usersDemote, { userId })
      await command(world, teamMembersAdd, addTo(userId))
      return intoChannel(offTopic, userId, () => command(world, usersPromote, { userId }))
    } },
    { way: channelsConvertGroup, guarded: channelsCreate, async prepare() {
      const third = await newcomer()
      await command(world, teamMembersAdd, addTo(third))
      const { id: channelId } = await run(as(world.ada.user.id), channelsCreateGroup, { userIds: [world.ada.user.id, world.bob.user.id, third] })
      const made = { teamId: world.team.id, name: `spindles-${count}`, displayName: 'Spindles' }
      return {
        told: { ...made, type: 'P' }, name: made.name, go: () => run(as(world.ada.user.id), channelsConvertGroup, { channelId, ...made }),
        isDone: async () => (await run(as(world.ada.user.id), channelsGet, { channelId })).type === 'P',
      }
    } },
    { way: postsSetPinned, guarded: postsEdit, async prepare() {
      const postId = await edited()
      return {
        told: { postId, isPinned: true }, name: postId, go: () => run(as(world.bob.user.id), postsSetPinned, { postId, isPinned: true }),
        isDone: async () => (await run(as(world.bob.user.id), postsGet, { postId })).isPinned,
      }
    } },
    { way: postsRestoreRevision, guarded: postsEdit, async prepare() {
      const postId = await edited()
      const [revision] = await run(as(world.ada.user.id), postsListRevisions, { postId })
      return {
        // It was said before transforms were there to change it.
        told: { postId, message: revision?.message.replace('grog', 'tea') }, name: postId, go: () => run(as(world.ada.user.id), postsRestoreRevision, { postId, revisionId: revision?.id ?? '' }),
        isDone: async () => (await run(as(world.ada.user.id), postsGet, { postId })).message === revision?.message.replace('grog', 'tea'),
      }
    } },
    { way: uploadsCreate, guarded: filesUpload, async prepare() {
      const name = `pattern-${count += 1}.txt`
      return {
        told: { channelId: world.channel.id, name }, name, go: () => run(as(world.ada.user.id), uploadsCreate, { channelId: world.channel.id, name, sizeBytes: 3 }),
        isDone: async () => (await run(as(world.ada.user.id), uploadsList, {})).some((upload) => upload.name === name),
      }
    } },
    { way: filesUpload, guarded: filesCommit, prepare: () => Promise.resolve(commit((name, bytes) => run(as(world.ada.user.id), filesUpload, { channelId: world.channel.id, name }, bytes))) },
    { way: uploadsAppend, guarded: filesCommit, prepare: () => Promise.resolve(commit(async (name, bytes) => {
      const { id: uploadId } = await run(as(world.ada.user.id), uploadsCreate, { channelId: world.channel.id, name, sizeBytes: bytes.length })
      equal((await run(as(world.ada.user.id), uploadsAppend, { uploadId }, bytes.slice(0, 5))).file, null)
      await run(as(world.ada.user.id), uploadsAppend, { uploadId }, bytes.slice(5))
    })) },
  ]

  it('has here all of the ways that the protocol names', () => {
    const isOperation = (value: unknown): value is Operation => typeof value === 'object' && value !== null && 'enters' in value
    const named = (Object.values(protocol) as unknown[]).filter(isOperation).flatMap(({ name, enters }) => enters.map((guarded) => `${name} enters ${guarded}`))
    deepEqual(ways.map(({ way, guarded }) => `${way.name} enters ${guarded.name}`).sort(), named.sort())
    deepEqual([...new Set(ways.map(({ guarded }) => guarded.name))].filter((name) => !Object.hasOwn(protocol.hookedOperations, name)), [])
  })

  for (const { way, guarded, prepare } of ways) {
    it(`${guarded.name} is asked on ${way.name}, and what it allows is done`, async () => {
      await refuse('')
      const refused = await prepare()
      await refuse(guarded.name, refused.name)
      if (refused.isDoneBesides) {
        await refused.go()
        equal(await refused.isDoneBesides(), true)
      } else {
        await rejects(refused.go(), (error: protocol.RookeryError) => {
          equal(error.code, 'refused_by_plugin')
          const told = JSON.parse(String(error.details['reason'])) as object
          deepEqual({ ...told, ...refused.told }, told)
          return true
        })
      }
      equal(await refused.isDone(), false)
      await refuse('')
      const allowed = await prepare()
      await allowed.go()
      equal(await allowed.isDone(), true)
    })
  }

  it('says of each of many why it was not added, and the others are', async () => {
    await refuse('')
    const [one, other, third, fourth] = [await newcomer(), await newcomer(), await newcomer(), await newcomer()] as const
    await refuse('teamMembers.add', one, third)
    const answers = await askNative(world, world.admin, teamMembersAddMany, { teamId: world.team.id, userIds: [one, other] })
    deepEqual(answers.map(({ userId, member, error }) => [userId, member?.userId, error?.code, error && error.message === error.details['reason']]), [
      [one, undefined, 'refused_by_plugin', true], [other, other, undefined, null],
    ])
    const batch = (userId: string, query = '') => ask(world.server.url, world.admin.token, 'POST', `/teams/${world.team.id}/members/batch${query}`, [{ team_id: world.team.id, user_id: userId }])
    const reason = JSON.stringify(addTo(third))
    const graceful = (await batch(third, '?graceful=true')).body as { member: unknown, error: { message: string, status_code: number } }[]
    deepEqual(graceful.map(({ member, error: { message, status_code: status } }) => [member, message, status]), [[null, reason, 400]])
    const { status, body } = await batch(third)
    deepEqual([status, (body as { message: string }).message], [400, reason])
    equal((await batch(fourth)).status, 201)
    deepEqual(await Promise.all([one, other, third, fourth].map((userId) => isIn('team', world.team.id, userId))), [false, true, false, true])
  })

  it('keeps one of many out of a channel, and nobody else', async () => {
    await refuse('')
    const [one, other] = [await newcomer(), await newcomer()] as const
    await refuse('channelMembers.add', one)
    await command(world, teamMembersAddMany, { teamId: world.team.id, userIds: [one, other] })
    deepEqual(await Promise.all([[townSquare, one], [offTopic, one], [townSquare, other], [offTopic, other]].map(([channelId, userId]) => isIn('channel', channelId as string, userId as string))), [false, false, true, true])
    equal(await isIn('team', world.team.id, one), true)
  })

  it('leaves everything as it was where a guard that must judge cannot', async () => {
    const userId = await newcomer()
    await doubt('channelMembers.add')
    await rejects(command(world, teamMembersAdd, addTo(userId)), { code: 'plugin_unavailable' })
    await doubt('teamMembers.add')
    deepEqual((await command(world, teamMembersAddMany, { teamId: world.team.id, userIds: [userId] })).map(({ error }) => error?.code), ['plugin_unavailable'])
    equal(await isIn('team', world.team.id, userId), false)
    const ada = as(world.ada.user.id)
    const { id: uploadId } = await run(ada, uploadsCreate, { channelId: world.channel.id, name: 'loom.txt', sizeBytes: 4 })
    await doubt('files.commit')
    await rejects(run(ada, uploadsAppend, { uploadId }, 'warp'), { code: 'plugin_unavailable' })
    await doubt('')
    equal((await run(ada, uploadsAppend, { uploadId }, '')).file?.name, 'loom.txt')
    await command(world, teamMembersAdd, addTo(userId))
    equal(await isIn('channel', townSquare, userId), true)
  })
})
