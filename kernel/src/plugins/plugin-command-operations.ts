import { channelsGetByName, pluginsCompleteCommand, pluginsListCommands, pluginsRunCommand, RookeryError, usersGetByUsername, type Channel, type CommandContribution } from '@rookery/sdk/protocol'
import type { Access } from '../auth/index.ts'
import type { Languages } from '../languages/index.ts'
import { implement, type AnyImplementation, type Context, type Operations, type Validation } from '../operations/index.ts'
import { readCommand } from './commands/index.ts'
import { byStanding, isMeantToRun, type InstalledPlugin } from './installed-plugin.ts'
import type { PluginDoors } from './plugin-doors.ts'
import { createReach } from './reach.ts'
import type { PluginPermissions } from './permissions/index.ts'
import type { Registry } from './registry.ts'
import type { Runtime } from './runtime.ts'
import type { PluginTexts } from './translations/index.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly doors: PluginDoors
  readonly validation: Validation
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly texts: PluginTexts
  readonly languages: Languages
  readonly operations: () => Pick<Operations, 'dispatch'>
  readonly permissions: PluginPermissions
}

const commandMs = 30_000
const completionMs = 3000

/** Also while it cannot run: what is typed is for it all the same, and for nobody else who has the same word. */
const bringsCommands = (plugin: InstalledPlugin): boolean => isMeantToRun(plugin) && Object.hasOwn(plugin.granted, 'commands')

/** Slash commands of plugins, for the plugin that lets people use them. */
export function createPluginCommandOperations({ access, registry, doors, texts, languages, permissions, operations, validation, runtime }: Parts): AnyImplementation[] {
  /** No person asks for these: who carries out commands does, for one. */
  const assertPlugin = (context: Context): void => {
    access.userId(context)
    if (context.actor.kind === 'user' && !context.actor.plugin) access.system(context, 'manage_system')
  }
  const find = (context: Context, pluginId: string, trigger: string, place: { channel?: Channel, teamId?: string | undefined }): InstalledPlugin => {
    assertPlugin(context)
    const plugin = doors.running(pluginId)
    const reach = createReach(plugin, true)
    const isAtWork = place.channel ? reach.reaches(place.channel) : place.teamId ? reach.reachesTeam(place.teamId) : plugin.binding.scope === 'server'
    const isThere = plugin.manifest.contributes.commands.some((command) => command.trigger === trigger)
    if (!isThere || !isAtWork || !bringsCommands(plugin)) throw new RookeryError('command_unknown', { trigger })
    return plugin
  }
  /** As the one who types knows them. */
  const namesFor = (context: Context, channelId: string, lookedAt: string): Parameters<typeof readCommand>[2] => {
    const find = async (work: () => Promise<{ readonly id: string }>): Promise<string | undefined> => {
      try {
        return (await work()).id
      } catch (error) {
        if (error instanceof RookeryError && error.status < 500) return undefined
        throw error
      }
    }
    return {
      user: (username) => find(() => operations().dispatch(usersGetByUsername, context, { username })),
      channel: (name) => find(async () => {
        const teamId = (await access.channel(context, channelId)).teamId || lookedAt
        return operations().dispatch(channelsGetByName, context, { teamId, name })
      }),
    }
  }
  /** What a plugin answered, where it fits. */
  const fitting = (plugin: InstalledPlugin, schema: Parameters<Validation['assert']>[0], answer: unknown): never => {
    try {
      validation.assert(schema, answer)
    } catch (error) {
      throw new RookeryError('plugin_failed', { plugin: plugin.id }, { cause: error })
    }
    return answer as never
  }

  return [
    implement(pluginsListCommands, {
      access: assertPlugin,
      handle: ({ locale }, { teamId }) => [...registry.all.values()]
        .filter((plugin) => bringsCommands(plugin) && (!teamId || createReach(plugin, true).reachesTeam(teamId)))
        // Two with the same word can only come with a release, or at the same moment: the first is the one that is asked.
        .sort(byStanding)
        .flatMap(({ id: pluginId, manifest }) => texts.localise(manifest, locale).contributes.commands.map((contribution) => ({ pluginId, contribution }))),
    }),
    implement(pluginsRunCommand, {
      async access(context, { pluginId, trigger, channelId, teamId }) {
        const channel = await access.channel(context, channelId, 'create_post')
        const plugin = find(context, pluginId, trigger, { channel })
        await permissions.assertHeld(context, plugin, plugin.manifest.contributes.commands.find((command) => command.trigger === trigger)?.permission, { channel, teamId })
        return plugin
      },
      async handle(context, { trigger, text, channelId, teamId = '', rootId = '', triggerId = '' }, plugin) {
        const contribution = plugin.manifest.contributes.commands.find((command) => command.trigger === trigger) as CommandContribution
        const read = await readCommand(contribution, text, namesFor(context, channelId, teamId), (name, values) => languages.say(`commands.${name}`, values, context.locale))
        if ('fault' in read) return { kind: 'ephemeral' as const, text: read.fault }
        const { subcommands, values } = read
        const input = { trigger, text, channelId, teamId, rootId, triggerId, subcommands, arguments: values }
        const answer = await doors.pass(plugin, context, () => runtime.invoke(plugin, `command ${trigger}`, input, { capability: 'commands', deadlineMs: commandMs, trigger: context }))
        return fitting(plugin, pluginsRunCommand.output, answer ?? {})
      },
    }),
    implement(pluginsCompleteCommand, {
      async access(context, { pluginId, trigger, channelId, teamId }) {
        const channel = channelId ? await access.channel(context, channelId, 'read_channel') : undefined
        if (teamId) await access.team(context, teamId, 'view_team')
        return find(context, pluginId, trigger, { ...(channel && { channel }), teamId })
      },
      async handle(context, { trigger, text, channelId = '', teamId = '', rootId = '', argument = '' }, plugin) {
        const answer = await doors.pass(plugin, context, () => runtime.invoke(plugin, `completion ${trigger}`, { trigger, text, channelId, teamId, rootId, argument }, { capability: 'commands', deadlineMs: completionMs, trigger: context }))
        return fitting(plugin, pluginsCompleteCommand.output, answer ?? [])
      },
    }),
  ]
}
