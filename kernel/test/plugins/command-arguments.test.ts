import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import { commandsExecute, pluginsDisable, type InputOf } from '@rookery/sdk/protocol'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askNative, command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

describe('What follows a slash command', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['orders'], releasePlugins: ['slash-commands'] })
    await enablePlugin(world, 'orders')
  })
  after(() => world.close())

  const run = async (typed: string, person: Person = world.ada, place: Partial<InputOf<typeof commandsExecute>> = {}): Promise<string> =>
    (await askNative(world, person, commandsExecute, { channelId: world.channel.id, command: typed, ...place })).text
  const told = async (typed: string): Promise<Record<string, unknown>> => JSON.parse(await run(typed)) as Record<string, unknown>
  const usage = 'Usage: `/order <what> <count> [--for <guest>] [--in <place>] [--tip <tip>] [--loud] [<note>]`'

  it('is read as its kinds say, in any order of what has names', async () => {
    deepEqual(await told('/order tea 2'), { what: 'tea', count: 2, isLoud: false })
    deepEqual(await told('/order --loud COFFEE -3 --tip 1.5 with  milk, "please" --for @bob'), { what: 'Coffee', count: -3, tip: 1.5, isLoud: true, note: 'with  milk, "please"' })
    deepEqual(await told('/order tea 1 "--loud \\"quotes\\" stay"'), { what: 'tea', count: 1, isLoud: false, note: '--loud "quotes" stay' })
    deepEqual(await told('/order "tea" 1 --in ~looms مرحبا 茶'), { what: 'tea', count: 1, isLoud: false, note: 'مرحبا 茶' })
  })

  it('is refused in words to who typed it where it does not fit, and the plugin is not asked', async () => {
    for (const [typed, fault] of [
      ['/order', '`what` is missing.'], ['/order tea', '`count` is missing.'], ['/order milk 1', '`what` must be one of tea, Coffee.'], ['/order tea many', '`count` must be a whole number.'], ['/order tea 1e3', '`count` must be a whole number.'],
      ['/order tea 1 --tip', '`--tip` lacks its value.'], ['/order tea 1 --tip 1 --tip 2', '`--tip` is there twice.'], ['/order tea 1 --tip x', '`--tip` must be a number.'],
      ['/order tea 1 --for nobody', '`--for` must be somebody who is here, such as @name.'], ['/order tea 1 --in nowhere', '`--in` must be a channel that you know, such as ~name.'], ['/order tea 1 "a" b', 'There is nothing that `b` could mean.'],
    ] as const) equal(await run(typed), `${fault} ${usage}`, typed)
  })

  it('names accounts and channels as the one who types knows them', async () => {
    const { ada, bob, channel, team } = world
    const place = await ada.client.createChannel({ team_id: team.id, name: 'hidden', display_name: 'Hidden', type: 'P' } as Channel)
    ok((await run('/order tea 1 --in ~hidden')).includes('"what"'))
    equal(await run('/order tea 1 --in ~hidden', bob), `\`--in\` must be a channel that you know, such as ~name. ${usage}`)
    deepEqual(JSON.parse(await run('/menu add "Fish and chips" @BOB')), { text: 'add "Fish and chips" @BOB', subcommands: ['add'], values: { dish: 'Fish and chips', cook: bob.user.id } })
    const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
    await rejects(run('/order tea 1', ada, { channelId: direct.id, teamId: team.id }), { code: 'command_failed' })
    ok(place.id !== channel.id)
  })

  it('leads through subcommands, and stays text where nothing has a key', async () => {
    deepEqual(await told('/menu ADD again'), { text: 'ADD again', subcommands: ['add', 'again'], values: {} })
    deepEqual(await told('/menu say "what" --you like'), { text: 'say "what" --you like', subcommands: ['say'], values: {} })
    deepEqual(await told('/menu burn it'), { text: 'burn it', subcommands: [], values: {} })
    equal(await run('/menu add'), '`dish` is missing. Usage: `/menu add <dish> [<cook>]`')
  })

  it('is described so that it can be read', async () => {
    const install = async (all: readonly object[]): Promise<unknown> =>
      installPackage(world, await createPackage({ id: 'odd', capabilities: { commands: { reason: 'Answers.' } }, contributes: { commands: [{ trigger: 'a', description: '', subcommands: [{ trigger: 'b', description: '', arguments: all as never }] }] } }), { accept: 'signed' })
    for (const [all, reason] of [
      [[{ kind: 'text', key: 'a' }, { kind: 'user', key: 'a' }], 'two arguments have the key a'], [[{ kind: 'boolean', key: 'a' }], 'an argument that is true or false has a name'],
    ] as const) await rejects(install(all), { code: 'package_invalid', details: { reason: `the command a is not described well: ${reason}` } })
    await command(world, pluginsDisable, { pluginId: 'orders' })
    await rejects(run('/order tea 1'), { code: 'command_unknown' })
  })
})
