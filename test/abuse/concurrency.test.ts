import { deepEqual } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { UserProfile } from '@mattermost/types/users'
import fc from 'fast-check'
import { password, signIn, type Person } from '../harness/mattermost-client.ts'
import { seedOf } from '../harness/random.ts'
import { createWorld, type World } from '../harness/world.ts'
import { createChannelModel, type ChannelModel, type ModelPost, type Seen } from './channel-model.ts'

const isNightly = process.env['ROOKERY_NIGHTLY'] === '1'
const runs = isNightly ? 2000 : 40
const commandsPerRun = 50
const clientCount = 8
const emoji = ['thumbsup', 'heart', 'tada']

/** Done at the same time by different members. */
const talking = ['post', 'reply', 'react', 'unreact', 'view', 'markUnread'] as const
/** Also at the same time, but not while somebody talks: whom a post reaches would be a matter of luck. */
const moving = ['join', 'leave', 'delete', 'react'] as const
type Kind = (typeof talking)[number] | (typeof moving)[number]

interface Command { readonly client: number, readonly kind: Kind, readonly mention: 'nobody' | 'name' | 'keyword' | 'channel' | 'all', readonly whom: number, readonly pick: number }

const command = (kinds: readonly Kind[]): fc.Arbitrary<Command> => fc.record({
  client: fc.nat(clientCount - 1), kind: fc.constantFrom(...kinds), mention: fc.constantFrom('nobody', 'name', 'keyword', 'channel', 'all'),
  whom: fc.nat(clientCount - 1), pick: fc.nat(),
})
/** One command per client at a time. */
const round = (kinds: readonly Kind[]): fc.Arbitrary<Command[]> => fc.uniqueArray(command(kinds), { selector: ({ client }) => client, minLength: 1, maxLength: clientCount })
const rounds = fc.array(fc.oneof({ weight: 4, arbitrary: round(talking) }, { weight: 1, arbitrary: round(moving) }), { minLength: 12, maxLength: 16, size: 'max' })
  .map((all) => {
    let left = commandsPerRun
    return all.map((one) => one.slice(0, Math.max(0, (left -= one.length) + one.length))).filter(({ length }) => length > 0)
  })

const pickFrom = <Item>(items: readonly Item[], pick: number): Item | undefined => items[pick % Math.max(items.length, 1)]

describe('A12: eight clients at once', function () {
  this.timeout(isNightly ? 6 * 3_600_000 : 180_000)
  let world: World
  let people: Person[]
  before(async () => {
    world = await createWorld()
    people = []
    for (let number = 0; number < clientCount; number += 1) {
      const username = `client${number}`
      const profile = { username, email: `${username}@example.com`, password, notify_props: { mention_keys: `keyword${number}` } }
      await world.admin.client.createUser(profile as UserProfile, '', world.team.invite_id)
      people.push(await signIn(world.server.url, username, { isNew: false }))
    }
  })
  after(() => world.close())

  const textOf = ({ mention, whom }: Command): string => ({
    nobody: 'Nobody is meant', name: `Look, @client${whom}!`, keyword: `This is about keyword${whom}`, channel: '@channel: look', all: '@all: look',
  })[mention]

  /** Carries out one command; answers what the model must know of it, after the round. */
  const carryOut = async (model: ChannelModel, channelId: string, todo: Command): Promise<{ posted?: ModelPost, seen?: Seen, apply?: () => void }> => {
    const { client, user } = people[todo.client] as Person
    const isMember = model.isMember(user.id)
    if (todo.kind === 'join') {
      await client.addToChannel(user.id, channelId)
      return { apply: () => { model.join(user.id) } }
    }
    if (!isMember) return {}
    const living = model.living()
    if (todo.kind === 'leave') {
      await client.removeFromChannel(user.id, channelId)
      return { apply: () => { model.leave(user.id) } }
    }
    if (todo.kind === 'view') {
      const { last_viewed_at_times: times } = await client.viewMyChannel(channelId) as unknown as { last_viewed_at_times: Record<string, number> }
      return { seen: { kind: 'up-to', at: times[channelId] as number } }
    }
    if (todo.kind === 'delete') {
      const own = pickFrom(living.filter((post) => post.authorId === user.id), todo.pick)
      if (!own) return {}
      // A reply of one's own may go with its root in the same moment.
      await client.deletePost(own.id).catch((error: { status_code?: number }) => { if (error.status_code !== 404) throw error })
      return { apply: () => { model.remove(own.id) } }
    }
    if (todo.kind === 'react' || todo.kind === 'unreact') {
      const post = pickFrom(living, todo.pick)
      if (!post) return {}
      const name = pickFrom(emoji, todo.whom) as string
      if (todo.kind === 'react') {
        const done = await client.addReaction(user.id, post.id, name).then(() => true, (error: { status_code?: number }) => {
          if (error.status_code !== 404) throw error
          return false
        })
        return done ? { apply: () => { post.reactions.add(`${user.id} ${name}`) } } : {}
      }
      await client.removeReaction(user.id, post.id, name)
      return { apply: () => { post.reactions.delete(`${user.id} ${name}`) } }
    }
    if (todo.kind === 'markUnread') {
      const post = pickFrom(living, todo.pick)
      if (!post) return {}
      await client.markPostAsUnread(user.id, post.id)
      return { seen: { kind: 'from', at: post.createAt } }
    }
    const root = todo.kind === 'reply' ? pickFrom(living.filter(({ rootId }) => rootId === ''), todo.pick) : undefined
    const post = await client.createPost({ channel_id: channelId, root_id: root?.id ?? '', message: textOf(todo) } as Post)
    const whomId = (people[todo.whom] as Person).user.id
    const isNamed = (todo.mention === 'name' || todo.mention === 'keyword') && model.isMember(whomId) && whomId !== user.id
    return {
      posted: {
        id: post.id, authorId: user.id, rootId: root?.id ?? '', createAt: post.create_at, reactions: new Set(), isDeleted: false,
        mentionsEverybody: todo.mention === 'channel' || todo.mention === 'all', named: new Set(isNamed ? [whomId] : []),
      },
      // Who writes a root has seen what stands before it; a reply leaves the rest of the channel as it was.
      ...(root ? {} : { seen: { kind: 'up-to', at: post.create_at } as const }),
    }
  }

  const compare = async (model: ChannelModel, channelId: string): Promise<void> => {
    const [channel, stats] = await Promise.all([world.admin.client.getChannel(channelId), world.admin.client.getChannelStats(channelId)])
    const members = new Map((await world.admin.client.getChannelMembers(channelId, 0, 100)).map((member) => [member.user_id, member]))
    // The admin made the channel and stays in it.
    deepEqual([...members.keys()].filter((id) => id !== world.admin.user.id).sort(), model.members().sort(), 'members')
    deepEqual(stats.member_count, members.size, 'member_count')
    deepEqual(channel.total_msg_count, model.posts.size, 'total_msg_count')
    const found = model.members().map((id) => {
      const member = members.get(id)
      return { id, unread: channel.total_msg_count - (member?.msg_count ?? 0), mentions: member?.mention_count }
    })
    deepEqual(found, model.members().map((id) => ({ id, ...model.expected(id) })), 'unread and mentions')
    const list = await world.admin.client.getPosts(channelId, 0, 200)
    const living = model.living()
    const shown = living.map(({ id }) => ({ id, replies: list.posts[id]?.reply_count, reactions: (list.posts[id]?.metadata.reactions ?? []).map((reaction) => `${reaction.user_id} ${reaction.emoji_name}`).sort() }))
    deepEqual(shown, living.map((post) => ({
      id: post.id, replies: model.replies(post.rootId || post.id), reactions: [...post.reactions].sort(),
    })), 'replies and reactions')
  }

  it(`counts what is unread, mentions, reactions, replies and members as a model does (${runs} × ${commandsPerRun})`, async () => {
    let number = 0
    await fc.assert(fc.asyncProperty(rounds, async (all) => {
      number += 1
      const { id: channelId } = await world.admin.client.createChannel({ team_id: world.team.id, name: `run-${number}`, display_name: `Run ${number}`, type: 'O' } as Channel)
      // Each by itself: whom somebody else adds is mentioned in the message about it.
      for (const { client, user } of people) await client.addToChannel(user.id, channelId)
      const model = createChannelModel(people.map(({ user }) => user.id))
      for (const todo of all) {
        const done = await Promise.all(todo.map((one) => carryOut(model, channelId, one)))
        const seen = new Map(done.flatMap((one, index) => (one.seen ? [[(people[(todo[index] as Command).client] as Person).user.id, one.seen] as const] : [])))
        model.talk(done.flatMap(({ posted }) => posted ?? []).sort((a, b) => a.createAt - b.createAt), seen)
        for (const { apply } of done) apply?.()
        await compare(model, channelId)
      }
    }), { numRuns: runs, seed: seedOf(), endOnFailure: true })
  })
})
