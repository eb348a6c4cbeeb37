import { deepEqual, ok } from 'node:assert/strict'
import * as protocol from '@rookery/sdk/protocol'
import { pluginsSetBinding, pluginsSetGrants, type Operation } from '@rookery/sdk/protocol'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

/** What a plugin can ask for without changing anything. */
const questions = (Object.values(protocol) as unknown[]).filter((each): each is Operation =>
  typeof each === 'object' && each !== null && 'kind' in each && 'capability' in each && each.kind === 'value' && typeof each.capability === 'string' && 'safe' in each && each.safe === true)

const capabilities = ['routes', 'act-as-user', ...new Set(questions.map(({ capability }) => capability as string))]
const prying = rawPlugin({
  id: 'prying', capabilities, limits: { callsPerSecond: 2000 }, contributes: { routes: [postRoute('do')] },
  source: `rookery.on('route POST /do', async (envelope) => ({ json: await calls(envelope, ...JSON.parse(envelope.input.body)) }))`,
})

interface Place { readonly teamId: string, readonly teamName: string, readonly channelId: string, readonly channelName: string, readonly postId: string, readonly word: string }

describe('What a plugin finds', () => {
  let world: World
  let here: Place
  let far: Place
  let direct: Place
  before(async () => {
    world = await createWorld({ bundles: [prying] })
    await enablePlugin(world, 'prying')
    const { ada, admin, bob, team, channel } = world
    const place = async (of: Channel, ofTeam: Team | undefined, word: string): Promise<Place> => {
      const post = await ada.client.createPost({ channel_id: of.id, message: `${word} looms` } as Post)
      await bob.client.createPost({ channel_id: of.id, root_id: post.id, message: `${word} @ada` } as Post)
      await ada.client.pinPost(post.id)
      await ada.client.addReaction(ada.user.id, post.id, 'thumbsup')
      await ada.client.savePreferences(ada.user.id, [{ user_id: ada.user.id, category: 'flagged_post', name: post.id, value: 'true' }])
      return { teamId: ofTeam?.id ?? '', teamName: ofTeam?.name ?? '', channelId: of.id, channelName: of.name, postId: post.id, word }
    }
    here = await place(channel, team, 'nearby')
    const others = await admin.client.createTeam({ name: 'others', display_name: 'looms far away', type: 'O', allow_open_invite: true } as Team)
    for (const { user } of [ada, bob]) await admin.client.addToTeam(others.id, user.id)
    const distant = await admin.client.createChannel({ team_id: others.id, name: 'distant-looms', display_name: 'looms far away', type: 'O' } as Channel)
    for (const { user } of [ada, bob]) await admin.client.addToChannel(user.id, distant.id)
    far = await place(distant, others, 'distant')
    direct = await place(await ada.client.createDirectChannel([ada.user.id, bob.user.id]), undefined, 'whispered')
  })
  before(() => command(world, pluginsSetGrants, { pluginId: 'prying', granted: Object.fromEntries(capabilities.map((name) => [name, {}])) }))
  before(() => command(world, pluginsSetBinding, { pluginId: 'prying', binding: { scope: 'teams', ids: [here.teamId] } }))
  after(() => world.close())

  const inputsFor = ({ input }: Operation): Record<string, unknown>[] => {
    const { properties = {}, required = [] } = input as { properties?: Record<string, unknown>, required?: string[] }
    const { ada, bob } = world
    const values = ({ teamId, teamName, channelId, channelName, postId }: Place): Record<string, unknown> => ({
      userId: ada.user.id, userIds: [ada.user.id, bob.user.id], otherUserId: bob.user.id, teamId, teamIds: [teamId], teamName, channelId, channelIds: [here.channelId, far.channelId, direct.channelId],
      postId, postIds: [here.postId, far.postId, direct.postId], threadId: postId, rootId: postId, name: channelName, names: [channelName], term: 'looms', query: 'looms', scope: 'all', kind: 'public',
      usernames: ['ada', 'bob'], username: 'ada', email: ada.user.email,
    })
    return [here, far, direct].flatMap((place) => {
      const known = values(place)
      const all = Object.fromEntries(Object.keys(properties).filter((name) => known[name] !== undefined && known[name] !== '').map((name) => [name, known[name]]))
      const least = Object.fromEntries(Object.entries(all).filter(([name]) => required.includes(name)))
      const personal = Object.fromEntries(Object.entries(all).filter(([name]) => required.includes(name) || name === 'userId'))
      return [all, least, personal]
    })
  }

  /** As Ada through a plugin that is at work in one team, or as its own account. */
  const finds = async (asActor: boolean): Promise<{ leaks: string[], answered: Set<string> }> => {
    const leaks = new Set<string>()
    const answered = new Set<string>()
    const wishes = questions.flatMap((operation) => inputsFor(operation).map((input) => [operation.name, input, asActor] as const))
    for (let start = 0; start < wishes.length; start += 50) {
      const some = wishes.slice(start, start + 50)
      const response = await fetch(`${world.server.url}/plugins/prying/do`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: JSON.stringify(some) })
      const outcomes = await response.json() as { value?: unknown }[]
      for (const [index, { value }] of outcomes.entries()) {
        const [name, input] = some[index] as (typeof wishes)[number]
        if (value === undefined) continue
        answered.add(name)
        const text = JSON.stringify(value)
        for (const { word, channelId, postId, teamId } of [far, direct]) {
          if ([word, channelId, postId, teamId].some((secret) => secret !== '' && text.includes(secret) && !isEcho(value, input, secret))) leaks.add(`${name} ${word}`)
        }
      }
    }
    return { leaks: [...leaks], answered }
  }
  /** To answer of an id that was asked for that there is nothing tells nothing. */
  const isEcho = (value: unknown, input: Record<string, unknown>, secret: string): boolean => {
    if (!JSON.stringify(input).includes(secret) || typeof value !== 'object' || value === null || !Object.hasOwn(value, secret)) return false
    const { [secret]: told, ...others } = value as Record<string, unknown>
    return Array.isArray(told) && told.length === 0 && !JSON.stringify(others).includes(secret)
  }

  it('for somebody lies where it is at work, whatever that person may see elsewhere', async () => {
    const { leaks, answered } = await finds(true)
    deepEqual(leaks, [])
    ok(answered.size > questions.length / 2, `only ${[...answered].join(', ')} answered`)
  })

  it('as its own account lies where it is at work', async () => {
    const { leaks } = await finds(false)
    deepEqual(leaks, [])
  })
})
