import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

/** Its command and what may follow it come when somebody says so. */
const patient = rawPlugin({
  id: 'patient', capabilities: ['commands', 'routes', 'posts:read'],
  contributes: {
    commands: [{ trigger: 'wait', description: 'Waits', arguments: [{ kind: 'dynamic' }] }],
    routes: [postRoute('waiting')],
    observers: [{ name: 'post.created', event: 'post.created', needs: ['post.message'], filter: { matches: '^go$' } }],
  },
  source: `
    const waiting = []
    const wait = (value) => new Promise((resolve) => { waiting.push(() => { resolve(value) }) })
    rookery.on('command wait', () => wait({ text: 'at last' }))
    rookery.on('completion wait', () => wait([{ value: 'longer' }]))
    rookery.on('route POST /waiting', () => ({ json: waiting.length }))
    rookery.on('observe post.created', () => { for (const go of waiting.splice(0)) go() })`,
})

describe('Slash commands that take long', () => {
  let world: World
  before(async () => {
    world = await createWorld({ bundles: [patient], releasePlugins: ['slash-commands'] })
    await enablePlugin(world, 'patient')
    await world.admin.client.addToTeam(world.team.id, world.stranger.user.id)
    await world.admin.client.addToChannel(world.stranger.user.id, world.channel.id)
  })
  after(() => world.close())

  const route = (name: string, { token }: Person = world.bob): Promise<Response> => fetch(`${world.server.url}/plugins/patient/${name}`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })
  const waiting = async (person?: Person): Promise<unknown> => (await route('waiting', person)).json()
  const type = ({ client }: Person): Promise<string> => client.executeCommand('/wait', { channel_id: world.channel.id, team_id: world.team.id })
    .then(({ text }) => text ?? '', ({ status_code: status, message }: { status_code: number, message: string }) => `${status} ${message}`)
  const suggest = ({ client }: Person): Promise<string> => client.getCommandAutocompleteSuggestionsList('/wait ', world.team.id, { channel_id: world.channel.id })
    .then((all) => all.map(({ Suggestion: word }) => word).join())
  const go = (): Promise<unknown> => world.ada.client.createPost({ channel_id: world.channel.id, message: 'go' } as Post)
  const count = (told: readonly string[]): Record<string, number> => Object.fromEntries([...new Set(told)].sort().map((text) => [text, told.filter((each) => each === text).length]))

  it('leave places for others: who asks for many is told so, whoever carries commands out', async () => {
    const typed = Array.from({ length: 32 }, () => type(world.ada))
    await eventually(() => waiting(), (under) => under === 8)
    const refused = '502 The command /wait failed: Too many requests. Try again in 1 s.'
    equal(await Promise.race(typed), refused)
    equal((await route('waiting', world.ada)).status, 429, 'also at another of its doors')
    // However many people there are, places are left for what the plugin hears and does itself.
    const others = [world.bob, world.admin].flatMap((person) => Array.from({ length: 8 }, () => type(person)))
    const full = '502 The command /wait failed: The plugin patient is not available right now. Try again in 1 s.'
    await eventually(async () => (await route('waiting', world.stranger)).status, (status) => status === 503)
    equal(await type(world.stranger), full)
    await go()
    deepEqual(count([...await Promise.all(typed), ...await Promise.all(others)]), { [refused]: 24, 'at last': 24 })
  })

  it('and what may follow them: who types goes on typing', async () => {
    const typed = Array.from({ length: 9 }, () => suggest(world.ada))
    equal(await Promise.race(typed), '')
    await eventually(() => waiting(), (under) => under === 8)
    await go()
    deepEqual(count(await Promise.all(typed)), { '': 1, longer: 8 })
    const again = type(world.ada)
    await eventually(() => waiting(), (under) => under === 1)
    await go()
    equal(await again, 'at last')
  })
})
