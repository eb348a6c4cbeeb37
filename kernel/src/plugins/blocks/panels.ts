import { BlockPanelAnswer, panelsList, panelsOpen, panelsPress, RookeryError, textIn, type PluginPanel } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import { implement, type AnyImplementation, type Context, type Validation } from '../../operations/index.ts'
import type { TextSeal } from '../../plugin-storage/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { PluginDoors } from '../plugin-doors.ts'
import type { PluginLogs } from '../plugin-logs.ts'
import { createReach } from '../reach.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import type { PluginTexts } from '../translations/index.ts'
import type { BlockDialogs } from './block-dialogs.ts'
import { blockActionsOf } from './block-keeping.ts'
import type { BlockPresses } from './block-presses.ts'
import type { JudgeBlocks } from './judge-blocks.ts'
import { sealPresses, withoutCookies } from './sealed-press.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly validation: Validation
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly doors: PluginDoors
  readonly logs: PluginLogs
  readonly texts: PluginTexts
  readonly actionSeal: TextSeal
  readonly judge: JudgeBlocks
  readonly presses: BlockPresses
  readonly dialogs: BlockDialogs
}

interface Place { readonly plugin: InstalledPlugin, readonly channelId: string, readonly teamId: string }

const panelMs = 10_000
/** A panel answers people who are signed in, as an address does. */
const capability = 'routes'

/** What plugins show beside channels. */
export function createPanels({ access, registry, validation, runtime, doors, logs, texts, actionSeal, judge, presses, dialogs }: Parts): AnyImplementation[] {
  const isAtWork = (plugin: InstalledPlugin, channel: { readonly id: string, readonly teamId: string } | undefined): boolean =>
    Object.hasOwn(plugin.granted, capability) && (channel ? createReach(plugin, true).reaches(channel) : plugin.binding.scope === 'server')
  const channelOf = async (context: Context, channelId = '') => (channelId ? access.channel(context, channelId, 'read_channel_content') : undefined)

  const find = async (context: Context, { pluginId, name, channelId }: { pluginId: string, name: string, channelId?: string }): Promise<Place> => {
    access.userId(context)
    const plugin = doors.running(pluginId)
    const channel = await channelOf(context, channelId)
    if (!plugin.manifest.contributes.panels?.some((panel) => panel.name === name) || !isAtWork(plugin, channel)) throw new RookeryError('panel_not_found', { plugin: pluginId, panel: name })
    return { plugin, channelId: channel?.id ?? '', teamId: channel?.teamId ?? '' }
  }

  return [
    implement(panelsList, {
      async access(context, { channelId }) {
        access.userId(context)
        return channelOf(context, channelId)
      },
      handle: ({ locale }, _input, channel): PluginPanel[] => [...registry.all.values()].filter((plugin) => plugin.state === 'enabled' && isAtWork(plugin, channel))
        .flatMap(({ id: pluginId, manifest }) => (texts.localise(manifest, locale).contributes.panels ?? []).map(({ name, title, description = '' }) => ({ pluginId, name, title, description }))),
    }),
    implement(panelsOpen, {
      access: find,
      async handle(context, { name }, { plugin, channelId, teamId }) {
        try {
          const told = await doors.pass(plugin, context, () => runtime.invoke(plugin, `panel ${name}`, { channelId, teamId }, { capability, deadlineMs: panelMs, trigger: context }))
          validation.assert(BlockPanelAnswer, told)
          const { title, blocks } = told as BlockPanelAnswer
          const shown = withoutCookies(judge(blocks, { field: 'blocks', place: 'panel', actions: blockActionsOf(plugin) }))
          const own = texts.localise(plugin.manifest, context.locale).contributes.panels?.find((panel) => panel.name === name)?.title ?? name
          const place = { kind: 'panel', pluginId: plugin.id, postId: '', rootId: '', channelId, teamId, panel: name, userId: access.userId(context), createAt: 0 } as const
          return { title: title === undefined ? own : textIn(title, context.locale), blocks: await sealPresses(shown, place, actionSeal) }
        } catch (error) {
          if (!(error instanceof RookeryError) || error.code === 'rate_limited') throw error
          logs.write(plugin.id, 'error', `The panel ${name} shows nothing: ${error.message}`)
          throw new RookeryError('integration_failed', { reason: error.message }, { cause: error })
        }
      },
    }),
    implement(panelsPress, {
      async access(context, { cookie, actionId }) {
        access.userId(context)
        const found = await presses.byCookie(context, cookie, { postId: '', actionId })
        if (found?.place.kind !== 'panel') throw new RookeryError('action_stale')
        return found
      },
      async handle(context, { selectedOption, isChecked, values }, found) {
        const { triggerId, blocks } = await presses.run(context, found, { ...(selectedOption !== undefined && { selectedOption }), ...(isChecked !== undefined && { isChecked }), ...(values && { values }) }, dialogs)
        return { triggerId, blocks: blocks ?? null }
      },
    }),
  ]
}
