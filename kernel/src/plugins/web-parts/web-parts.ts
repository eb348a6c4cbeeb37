import { pluginsGetWebTexts, pluginsListWebParts, pluginWebPartsChanged, type PluginBinding, type PluginWeb } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Writer } from '../../events/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import type { CapabilityUses } from '../capability-uses.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { PluginDoors } from '../plugin-doors.ts'
import type { Registry } from '../registry.ts'
import { findSentence, type PluginTexts } from '../translations/index.ts'

/** What plugins show in the web app. */
export interface WebParts {
  readonly implementations: readonly AnyImplementation[]
  /** The script with this hash, as long as its plugin may show something. */
  readScript(pluginId: string, sha256: string): Promise<string | undefined>
}

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly uses: CapabilityUses
  readonly writer: Writer
  readonly texts: PluginTexts
  readonly doors: PluginDoors
}

const capability = 'web'

/** What was not granted is not there. */
const isShown = ({ state, granted, manifest }: InstalledPlugin): boolean => state === 'enabled' && Object.hasOwn(granted, capability) && (manifest.contributes.webParts?.length ?? 0) > 0

/** What tells one showing from another. */
const showingOf = (plugin: InstalledPlugin | undefined): string => plugin && isShown(plugin)
  ? JSON.stringify([plugin.version, plugin.sourceHash, plugin.binding, Object.hasOwn(plugin.granted, 'direct')]) : ''

export function createWebParts({ access, registry, uses, writer, texts, doors }: Parts): WebParts {
  registry.onChange((plugin, before) => {
    if (showingOf(plugin) !== showingOf(before)) writer.publish(pluginWebPartsChanged, { pluginId: plugin.id, version: plugin.version, isThere: isShown(plugin) }, {})
  })

  /** Nobody learns of teams and channels in which they are not; undefined where nothing is left. */
  const bindingFor = async (context: Context, { scope, ids = [] }: PluginBinding): Promise<PluginBinding | undefined> => {
    if (scope === 'server') return { scope }
    const mine = (await access.memberships(context))[scope]
    const known = ids.filter((id) => mine.has(id))
    return known.length > 0 ? { scope, ids: known } : undefined
  }
  const describe = async (context: Context, plugin: InstalledPlugin): Promise<PluginWeb[]> => {
    const { id: pluginId, version, granted, manifest: { web } } = plugin
    const isAdmin = access.hasSystem(context, 'manage_system')
    const binding = await bindingFor(context, plugin.binding) ?? (isAdmin ? { scope: plugin.binding.scope, ids: [] } : undefined)
    const manifest = texts.localise(plugin.manifest, context.locale)
    const parts = (manifest.contributes.webParts ?? []).filter(({ when, slot }) => isAdmin || !(when?.isAdmin || slot === 'adminPage'))
    if (!binding || parts.length === 0) return []
    uses.note(pluginId, capability)
    return [{
      pluginId, name: manifest.name, version, isOfRelease: registry.bundle(pluginId)?.isTrusted ?? false, frame: web ? `/web-parts/${pluginId}/${web.sha256}/frame.html` : '', binding, isInDirect: Object.hasOwn(granted, 'direct'), parts,
    }]
  }

  return {
    implementations: [
      implement(pluginsListWebParts, {
        access(context) { access.userId(context) },
        async handle(context) {
          const shown = [...registry.all.values()].filter(isShown).sort((one, other) => (one.id < other.id ? -1 : 1))
          return (await Promise.all(shown.map((plugin) => describe(context, plugin)))).flat()
        },
      }),
      implement(pluginsGetWebTexts, {
        access(context, { pluginId }) {
          access.userId(context)
          return doors.running(pluginId)
        },
        handle({ locale }, _input, { manifest: { translations } }) {
          const keys = new Set(Object.values(translations ?? {}).flatMap((sentences) => Object.keys(sentences).filter((key) => key.startsWith('web.'))))
          return { texts: Object.fromEntries([...keys].map((key) => [key, findSentence(translations, key, locale)?.text ?? key])) }
        },
      }),
    ],
    async readScript(pluginId, sha256) {
      const plugin = registry.all.get(pluginId)
      if (!plugin || !isShown(plugin) || plugin.manifest.web?.sha256 !== sha256) return undefined
      const ready = registry.bundle(pluginId)
      if (ready?.manifest.web?.sha256 === sha256) return ready.web
      // Another server of ours has taken in this version.
      return (await registry.readBundle(plugin).catch(() => undefined))?.web
    },
  }
}
