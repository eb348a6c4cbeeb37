// Checked by `npm run check` and never run: each line after @ts-expect-error must be one that does not compile.
import type { Channel, Post, User } from '../../src/protocol/index.ts'
import { allow, definePlugin, deny, readable, Refusal, sql, type Capability, type Json, type PluginContext } from '../../src/plugin/index.ts'
import type { CapabilityWord } from '../../src/protocol/plugin-capabilities.ts'

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends (<T>() => T extends Other ? 1 : 2) ? true : false
const assertType = <_Claim extends true>(): void => {}
/** The value has this type and no other. */
const same = <Expected>() => <Actual>(_value: Same<Actual, Expected> extends true ? Actual : never): void => {}

// The admin reads a sentence for each capability that a plugin can ask for, and there are no others.
assertType<Same<CapabilityWord, Capability>>()

const about = { id: 'polls', version: '1.0.0', name: 'Polls', apiVersion: 1 } as const
const reason = 'because'

/** As plugin.json arrives: words are plain strings, names of fields are exact. */
const manifest = {
  ...about,
  capabilities: { 'posts:read': { reason }, 'posts:write': { reason }, 'posts:transform': { reason }, 'posts:guard': { reason }, 'users:read': { reason, optional: true }, jobs: { reason } },
}

definePlugin(manifest, (plugin) => {
  plugin.transform('posts.create', { needs: ['message', 'channelId'] }, async ({ message, channelId }, context) => {
    same<string>()(channelId)
    same<string | undefined>()(message)
    const post = await context.posts.get({ postId: channelId })
    same<Post>()(post)
    await context.posts.create({ channelId, message: 'made' })
    await context.jobs.put('later', 'key')
    context.log.info('done', { channelId })

    // @ts-expect-error an operation takes what its schema says
    await context.posts.create({ channelId: 1 })
    // @ts-expect-error and nothing else
    await context.posts.create({ channelId, colour: 'red' })
    // @ts-expect-error there is no such operation
    await context.posts.burn({ postId: channelId })
    // @ts-expect-error deleting posts was not asked for
    await context.posts.delete({ postId: channelId })
    // @ts-expect-error nor channels
    await context.channels.get({ channelId })
    // @ts-expect-error nor storage
    await context.kv.get('key')
    // @ts-expect-error nor the network
    await context.http.fetch('https://example.com')
    // @ts-expect-error nor to act as whoever triggers it
    await context.asActor.posts.create({ channelId })
    // @ts-expect-error an optional capability is not on the context itself
    await context.users.get({ userId: channelId })
    const users = context.optional('users:read')?.users
    const user = await users?.get({ userId: channelId })
    same<User | undefined>()(user)
    // @ts-expect-error only what may be left out is asked for so
    context.optional('posts:read')
    // @ts-expect-error and only what the manifest has
    context.optional('kv')
    return { message: `${message}!` }
  })

  // @ts-expect-error only fields that the operation lets plugins change
  plugin.transform('posts.create', { needs: ['message'] }, () => ({ channelId: 'x' }))
  // @ts-expect-error of their own type
  plugin.transform('posts.create', { needs: ['message'] }, () => ({ message: 1 }))
  // @ts-expect-error a field that was not named is not handed over
  plugin.transform('posts.create', { needs: ['message'] }, ({ channelId }) => ({ message: channelId }))
  // @ts-expect-error there is no such field
  plugin.transform('posts.create', { needs: ['colour'] }, () => null)
  // @ts-expect-error what is needed is said
  plugin.transform('posts.create', {}, () => null)
  // @ts-expect-error nothing of a deletion can be changed
  plugin.transform('posts.delete', { needs: ['postId'] }, () => null)
  // @ts-expect-error not every operation takes hooks
  plugin.guard('users.get', { needs: [], onFailure: 'open' }, () => allow)

  plugin.guard('posts.delete', { needs: ['postId'], onFailure: 'closed' }, ({ postId }) => (postId ? allow : deny('No.', { isSilent: true })))
  // @ts-expect-error a guard says what happens when it fails
  plugin.guard('posts.create', { needs: ['message'] }, () => allow)
  // @ts-expect-error a guard allows or denies
  plugin.guard('posts.create', { needs: ['message'], onFailure: 'open' }, () => true)
  // @ts-expect-error guarding channels takes another capability
  plugin.guard('channels.create', { needs: ['name'], onFailure: 'open' }, () => allow)

  plugin.observe('post.created', { needs: ['post.message', 'channel', 'root.id'] }, (events) => {
    for (const { key, attempt, payload: { post, channel, root } } of events) {
      same<string>()(key)
      same<number>()(attempt)
      same<string>()(post.message)
      same<string>()(channel.displayName)
      same<{ id: string } | null>()(root)
      // @ts-expect-error not among the needs
      void post.userId
    }
    return { retry: events.map(({ key }) => key) }
  })
  // @ts-expect-error observing channels takes another capability
  plugin.observe('channel.created', { needs: ['channel.id'] }, () => {})
  // @ts-expect-error there is no such event
  plugin.observe('post.burned', { needs: [] }, () => {})

  plugin.route('GET', '/polls/:pollId/votes/:voteId', { session: 'required' }, ({ parameters }) => {
    same<{ readonly pollId: string, readonly voteId: string }>()({ pollId: parameters.pollId, voteId: parameters.voteId } as const)
    return { json: { ...parameters } }
  })
  // @ts-expect-error an address says who may ask
  plugin.route('GET', '/polls', {}, () => ({ text: '' }))
})

// @ts-expect-error nobody knows this capability
definePlugin({ ...about, capabilities: { 'posts:burn': { reason } } }, () => {})
// @ts-expect-error each capability has a reason
definePlugin({ ...about, capabilities: { 'posts:read': {} } }, () => {})
// @ts-expect-error a plugin has a version
definePlugin({ id: 'polls', name: 'Polls', apiVersion: 1, capabilities: {} }, () => {})

const bare = { ...about, capabilities: {} }
definePlugin(bare, (plugin) => {
  // @ts-expect-error without capabilities there is nothing to take part in
  plugin.guard('posts.create', { needs: [], onFailure: 'open' }, () => allow)
  plugin.lifecycle({ enabled: (context) => {
    context.log.info('here')
    // @ts-expect-error and nothing to call
    void context.posts
  } })
})

definePlugin({ ...about, capabilities: { 'search:provide': { reason } } }, (plugin) => {
  plugin.provide('search.files', ({ terms }) => {
    same<string>()(terms)
    return { files: [] }
  })
  // @ts-expect-error an answer is what the operation answers
  plugin.provide('search.posts', () => ({ posts: 1 }))
  // @ts-expect-error carrying out commands takes another capability
  plugin.provide('commands.execute', () => { throw new Refusal('command_unknown') })
  // @ts-expect-error there is no such error
  new Refusal('no_reason')
})

interface Acting { id: string, version: string, name: string, apiVersion: number, capabilities: { 'act-as-user': { reason: string }, 'channels:read': { reason: string } } }
export async function act(context: PluginContext<Acting>): Promise<Channel> {
  // @ts-expect-error as an actor there is no more than for itself
  void context.asActor.posts
  return context.asActor.channels.get({ channelId: context.actor.userId })
}

interface Keeping { id: string, version: string, name: string, apiVersion: number, capabilities: { db: { reason: string }, kv: { reason: string }, files: { reason: string }, 'files:read': { reason: string }, secrets: { reason: string, optional: boolean } } }
export async function keep({ actor, db, kv, ownFiles, files, settings, settingsFor, optional, ...context }: PluginContext<Keeping>): Promise<void> {
  const rows = await db<{ choice: string }>`select choice from votes where channel_id = any(${readable(actor)}) and data = ${{ a: [1] }}`
  same<readonly { choice: string }[]>()(rows)
  // @ts-expect-error a value is what JSON can say
  await db`select ${() => {}}`
  const amount = await db.tx(async (transaction) => {
    await transaction.enqueue('posts.create', { channelId: 'c', message: 'm' }, 'key')
    // @ts-expect-error an operation takes what its schema says
    await transaction.enqueue('posts.create', { message: 'm' }, 'key')
    // @ts-expect-error only what plugins may call
    await transaction.enqueue('plugins.enable', { pluginId: 'p' }, 'key')
    return (await transaction<{ amount: number }>`select 1 as amount`)[0]?.amount
  })
  same<number | undefined>()(amount)
  await db.batch([sql`select 1`, sql`select ${actor.userId}`])
  // @ts-expect-error statements are made by sql
  await db.batch(['select 1'])
  const lease = await kv.lease('key', { ttlMs: 1000 })
  same<number | undefined>()(lease?.fence)
  same<string>()((await ownFiles.get('name')).body)
  same<string>()((await files.read({ fileId: 'f' })).file.name)
  // @ts-expect-error writing files was not asked for
  await files.create({ channelId: 'c', name: 'n', base64: '' })
  same<string | null | undefined>()(await optional('secrets')?.secrets.get('name'))
  same<Readonly<Record<string, Json>>>()(settings)
  same<Readonly<Record<string, Json>>>()(await settingsFor({ userId: actor.userId }))
  // @ts-expect-error nor was the network
  void context.http
}

const ordering = { ...about, capabilities: { commands: { reason }, 'posts:write': { reason }, 'plugins:call': { reason, plugins: ['counter'] }, 'audit:write': { reason }, kv: { reason, optional: true } } }

definePlugin(ordering, (plugin) => {
  same<string>()(plugin.postKind('ballot', { props: { type: 'object', properties: {} } }))
  plugin.permission('manage', { scope: 'system' })
  // @ts-expect-error a permission is held somewhere
  plugin.permission('manage', {})
  plugin.command('order', {
    description: 'Orders',
    arguments: [{ kind: 'choice', key: 'what', isRequired: true, choices: [{ value: 'tea' }, { value: 'coffee' }] }, { kind: 'integer', key: 'count' }, { kind: 'boolean', key: 'isLoud', name: 'loud' }, { kind: 'text' }],
  }, ({ arguments: { what, count, isLoud, ...others } }) => {
    same<'tea' | 'coffee'>()(what)
    same<number | undefined>()(count)
    same<boolean>()(isLoud)
    // @ts-expect-error an argument without a key is in the text alone
    void others.text
    return {}
  })
  plugin.operation<{ by: number }>('add', { summary: 'Adds', input: { type: 'object', properties: { by: { type: 'integer' } } } }, async ({ by }, context) => {
    same<number>()(by)
    same<string>()(await context.t('counted', { count: by }))
    same<boolean>()(await context.holds('manage', { channelId: 'c' }))
    same<'granted' | 'waiting' | 'refused'>()(await context.request('kv', 'because'))
    // @ts-expect-error only what may be left out is asked for while it runs
    await context.request('posts:write', 'because')
    same<{ count: number }>()(await context.others.call<{ count: number }>('counter', 'add', { by }))
    await context.audit.record('opened', { by })
    context.metrics.add('asked')
    return by
  })
})
