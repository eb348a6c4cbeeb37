import { limitsBeyond, pluginsDisable, pluginsEnable, pluginsGet, pluginsList, pluginsRefuseWish, pluginsSetBinding, pluginsSetGrants, RookeryError, type CapabilityGrant } from '@rookery/sdk/protocol'
import type { Access } from '../auth/index.ts'
import { coversHost } from '../egress/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { Turns } from '../turns.ts'
import type { DescribePlugin } from './describe-plugin.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { Lifecycle } from './lifecycle.ts'
import { assertMayReadPlugins, assertMayWritePlugins } from './plugin-rights.ts'
import type { PluginUsages } from './plugin-usages.ts'
import type { Registry } from './registry.ts'
import type { PluginHealthChecks } from './plugin-health.ts'
import type { PluginTexts } from './translations/index.ts'
import type { Trust } from './trust.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly describePlugin: DescribePlugin
  readonly texts: PluginTexts
  readonly health: PluginHealthChecks
  readonly lifecycle: Lifecycle
  readonly usage: PluginUsages
  readonly turns: Turns
  readonly trust: Trust
}

/** What admins do with plugins. */
export function createPluginOperations({ access, registry, describePlugin, texts, health, lifecycle, usage, turns, trust }: Parts): AnyImplementation[] {
  const find = (context: Context, { pluginId }: { pluginId: string }): InstalledPlugin => {
    assertMayWritePlugins(access, context)
    return registry.find(pluginId)
  }

  return [
    implement(pluginsList, {
      access(context) { assertMayReadPlugins(access, context) },
      handle: (context) => [...registry.all.values()].sort((one, other) => (one.id < other.id ? -1 : 1)).map((plugin) => describePlugin(context, plugin)),
    }),
    implement(pluginsGet, {
      access(context, { pluginId }) {
        assertMayReadPlugins(access, context)
        return registry.find(pluginId)
      },
      handle: async (context, _input, plugin) => ({
        plugin: describePlugin(context, plugin), contributes: texts.localise(plugin.manifest, context.locale).contributes, limits: limitsBeyond(plugin.manifest), health: await health.check(plugin), usage: usage.of(plugin.id), materials: [...plugin.manifest.materials ?? []],
        signer: { name: trust.nameOf(plugin.signer), isTrusted: trust.isTrusted(plugin.signer) },
      }),
    }),
    implement(pluginsEnable, { access: find, handle: async (context, { consent = [] }, { id }) => describePlugin(context, await lifecycle.enable(id, consent)) }),
    implement(pluginsDisable, { access: find, handle: async (context, _input, { id }) => describePlugin(context, await lifecycle.disable(id)) }),
    implement(pluginsSetGrants, {
      access: find,
      // An upgrade that goes back must not give again what was taken meanwhile.
      handle: async (context, { granted }, { id }) => describePlugin(context, await turns.take(id, () => registry.change(id, (present) => {
        for (const [capability, grant] of Object.entries(granted)) assertWithin(present, capability, grant)
        return { granted, wishes: Object.fromEntries(Object.entries(present.wishes).filter(([capability]) => !Object.hasOwn(granted, capability))) }
      }))),
    }),
    implement(pluginsRefuseWish, {
      access: find,
      handle: async (context, { capability }, { id }) => describePlugin(context, await registry.change(id, ({ wishes }) => {
        const wish = Object.hasOwn(wishes, capability) ? wishes[capability] : undefined
        if (!wish) throw new RookeryError('capability_not_requested', { plugin: id, capability })
        return { wishes: { ...wishes, [capability]: { ...wish, isRefused: true } } }
      })),
    }),
    implement(pluginsSetBinding, { access: find, handle: async (context, { binding }, { id }) => describePlugin(context, await registry.change(id, () => ({ binding }))) }),
  ]
}

/** An admin may give less than was asked for, never more. */
function assertWithin({ id, manifest }: InstalledPlugin, capability: string, { hosts, plugins }: CapabilityGrant): void {
  const request = Object.hasOwn(manifest.capabilities, capability) ? manifest.capabilities[capability] : undefined
  if (!request) throw new RookeryError('capability_not_requested', { plugin: id, capability })
  const strange = hosts?.find((host) => !(request.hosts ?? []).some((asked) => coversHost(asked, host))) ?? plugins?.find((id) => !request.plugins?.includes(id))
  if (strange !== undefined) throw new RookeryError('capability_not_requested', { plugin: id, capability: `${capability} with ${strange}` })
}
