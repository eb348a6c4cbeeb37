import { pluginsListPostKinds, postTypeOf, RookeryError, type PostKind, type PostKindContribution } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { PostKinds } from '../../chat/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { judgeValue, type PlainSchema } from '../../plugin-storage/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import type { PluginTexts } from '../translations/index.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly texts: PluginTexts
}

/** Ids have no low line: it ends them. */
const typePattern = /^custom_([a-z0-9.-]+)_(.+)$/

/** Posts of kinds that plugins bring along: nobody else writes them, and everybody can read them. */
export function createPostKinds({ access, registry, texts }: Parts): PostKinds & { readonly implementations: readonly AnyImplementation[] } {
  /** A plugin keeps its types while it is disabled or in the trash: what it wrote is still there. */
  const ownerOf = (type: string): { plugin: InstalledPlugin, kind: PostKindContribution | undefined } | undefined => {
    const [, pluginId = '', name = ''] = typePattern.exec(type) ?? []
    const plugin = registry.all.get(pluginId) ?? registry.trashed.get(pluginId)
    return plugin && { plugin, kind: plugin.manifest.contributes.postKinds?.find((kind) => kind.name === name) }
  }

  return {
    assertMayWrite({ actor }, type) {
      const owner = ownerOf(type)
      if (!owner || (actor.kind === 'user' && actor.plugin?.pluginId === owner.plugin.id && owner.kind)) return
      throw new RookeryError('post_type_of_plugin', { type, plugin: owner.plugin.id })
    },
    assertProps(type, props) {
      const schema = ownerOf(type)?.kind?.props as PlainSchema | undefined
      const reason = schema && judgeValue(schema, props)
      if (reason !== undefined) throw new RookeryError('post_kind_mismatch', { type, reason })
    },
    implementations: [
      implement(pluginsListPostKinds, {
        access(context) { access.userId(context) },
        handle: ({ locale }): PostKind[] => [...registry.all.values()].filter(({ state }) => state === 'enabled').flatMap(({ id: pluginId, manifest }) =>
          (texts.localise(manifest, locale).contributes.postKinds ?? []).map(({ name, title = name, description = '', props }) => ({ type: postTypeOf(pluginId, name), pluginId, name, title, description, props }))),
      }),
    ],
  }
}
