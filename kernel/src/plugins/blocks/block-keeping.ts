import { blocksVersion, RookeryError, type Blocks, type PostBlocks } from '@rookery/sdk/protocol'
import type { BlockKeeping } from '../../chat/index.ts'
import type { TextSeal } from '../../plugin-storage/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import type { JudgeBlocks } from './judge-blocks.ts'
import { sealPresses, withoutCookies } from './sealed-press.ts'

interface Parts {
  readonly registry: Registry
  readonly judge: JudgeBlocks
  readonly actionSeal: TextSeal
}

export const blockActionsOf = ({ manifest }: InstalledPlugin): ReadonlySet<string> => new Set((manifest.contributes.blockActions ?? []).map(({ name }) => name))

/** Blocks of posts: a plugin writes them, and nobody else changes them. */
export function createBlockKeeping({ registry, judge, actionSeal }: Parts): BlockKeeping {
  const read = (plugin: InstalledPlugin, blocks: Blocks): Blocks => withoutCookies(judge(blocks, { field: 'blocks', place: 'post', actions: blockActionsOf(plugin) }))
  const own = (pluginId: string, blocks: Blocks): PostBlocks => ({ version: blocksVersion, pluginId, blocks })
  return {
    prepare({ actor }, blocks, before) {
      const pluginId = actor.kind === 'user' ? actor.plugin?.pluginId : undefined
      if (!pluginId || (before && before.pluginId !== pluginId)) throw new RookeryError('only_for_plugins')
      return own(pluginId, read(registry.find(pluginId), blocks))
    },
    async prepareShown(context, blocks, { userId, ...place }) {
      const prepared = this.prepare(context, blocks)
      return own(prepared.pluginId, await sealPresses(prepared.blocks, { kind: 'ephemeral', pluginId: prepared.pluginId, panel: '', teamId: '', userId, ...place }, actionSeal))
    },
  }
}
