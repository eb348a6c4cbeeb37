import { pluginSettingsChanged, RookeryError, secretMask, type Audience, type SettingScope } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Writer } from '../events/index.ts'
import { json, sql, type Database } from '../storage/index.ts'
import { createTurns } from '../turns.ts'
import type { SecretBox } from './secret-box.ts'
import { assertSettings, effectiveSettings, settingsOf, type SettingSchemas } from './settings-schema.ts'

/** What settings belong to: the plugin, and what its manifest says of them. */
export interface SettablePlugin {
  readonly id: string
  readonly manifest: { readonly settings?: { readonly [Scope in SettingScope]?: unknown } | undefined }
}

type Values = Readonly<Record<string, unknown>>

/** Settings of plugins at four scopes, validated against what their manifests say. */
export interface PluginSettingsStore {
  /** What holds for the whole server, as memory has it. */
  effective(plugin: SettablePlugin): Values
  /** What holds in a place: what is set for a user goes before the channel, that before the team, that before the server. */
  effectiveAt(plugin: SettablePlugin, place: { readonly teamId?: string | undefined, readonly channelId?: string | undefined, readonly userId?: string | undefined }): Promise<Values>
  /** As people see them: secrets masked. */
  read(plugin: SettablePlugin, scope: SettingScope, scopeId: string): Promise<{ schema: Record<string, unknown>, chosen: Record<string, unknown>, values: Record<string, unknown> }>
  write(plugin: SettablePlugin, scope: SettingScope, scopeId: string, values: Values): Promise<void>
  /** Another node may have changed them. */
  reload(pluginId: string): Promise<void>
  load(): Promise<void>
}

interface StoreDependencies {
  readonly db: Database
  readonly writer: Writer
  readonly box: SecretBox
  readonly clock: Clock
}

interface Sealed { readonly sealed: string }
type Row = { readonly scope: SettingScope, readonly scopeId: string, readonly chosen: Values }

const maximumLength = 64 * 1024
const scopes: readonly SettingScope[] = ['system', 'team', 'channel', 'user']
const isSealed = (value: unknown): value is Sealed => typeof value === 'object' && value !== null && 'sealed' in value

export function createPluginSettings({ db, writer, box, clock }: StoreDependencies): PluginSettingsStore {
  /** Of the whole server, opened, by plugin. */
  const known = new Map<string, Values>()
  /** The same with defaults, asked for at every invocation: good for one manifest and what was chosen. */
  const remembered = new Map<string, { readonly manifest: unknown, readonly values: Values }>()

  const schemasOf = ({ manifest }: SettablePlugin, scope: SettingScope): SettingSchemas => settingsOf(manifest.settings?.[scope])
  const about = (pluginId: string, scope: string, scopeId: string, name: string): string => JSON.stringify(['setting', pluginId, scope, scopeId, name])

  const open = async (pluginId: string, { scope, scopeId, chosen }: Row): Promise<Values> => Object.fromEntries(await Promise.all(Object.entries(chosen)
    .map(async ([name, value]) => [name, isSealed(value) ? await box.open(Buffer.from(value.sealed, 'base64'), about(pluginId, scope, scopeId, name)) : value] as const)))

  const select = async (pluginId: string, scope: SettingScope, scopeId: string): Promise<Values> =>
    (await db.maybeOne<{ chosen: Values }>(sql`select chosen from plugin_settings where plugin_id = ${pluginId} and scope = ${scope} and scope_id = ${scopeId}`))?.chosen ?? {}

  // In turn: who read earlier and was slower would bring back what has changed since.
  const turns = createTurns()
  const reload = (pluginId: string): Promise<void> => turns.take(pluginId, async () => {
    const row: Row = { scope: 'system', scopeId: '', chosen: await select(pluginId, 'system', '') }
    known.set(pluginId, await open(pluginId, row))
    remembered.delete(pluginId)
  })

  return {
    reload,
    effective(plugin) {
      const present = remembered.get(plugin.id)
      if (present?.manifest === plugin.manifest) return present.values
      const values = effectiveSettings(schemasOf(plugin, 'system'), known.get(plugin.id) ?? {})
      remembered.set(plugin.id, { manifest: plugin.manifest, values })
      return values
    },
    async effectiveAt(plugin, { teamId = '', channelId = '', userId = '' }) {
      const rows = await db.any<Row>(sql`
        select scope, scope_id as "scopeId", chosen from plugin_settings
        where plugin_id = ${plugin.id} and ((scope = 'system' and scope_id = '') or (scope = 'team' and scope_id = ${teamId}) or (scope = 'channel' and scope_id = ${channelId}) or (scope = 'user' and scope_id = ${userId}))`)
      const chosenAt = new Map(await Promise.all(rows.map(async (row) => [row.scope, await open(plugin.id, row)] as const)))
      // Defaults of a narrower scope do not hide what was set in a wider one.
      const standards = scopes.map((scope) => effectiveSettings(schemasOf(plugin, scope), {}))
      const chosen = scopes.map((scope) => {
        const schemas = schemasOf(plugin, scope)
        const mine = chosenAt.get(scope) ?? {}
        return effectiveSettings(Object.fromEntries(Object.entries(schemas).filter(([name]) => Object.hasOwn(mine, name))), mine)
      })
      return Object.assign({}, ...standards, ...chosen) as Values
    },
    async read(plugin, scope, scopeId) {
      const schemas = schemasOf(plugin, scope)
      const chosen = await select(plugin.id, scope, scopeId)
      const shown = Object.fromEntries(Object.entries(chosen).filter(([name]) => Object.hasOwn(schemas, name)).map(([name, value]) => [name, isSealed(value) || schemas[name]?.secret ? secretMask : value]))
      const values = effectiveSettings(schemas, shown)
      return { schema: { ...plugin.manifest.settings?.[scope] as object }, chosen: shown, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, schemas[name]?.secret ? secretMask : value])) }
    },
    async write(plugin, scope, scopeId, values) {
      const schemas = schemasOf(plugin, scope)
      // Whoever sends back what was shown leaves secrets as they are.
      const given = Object.fromEntries(Object.entries(values).filter(([name, value]) => !(value === secretMask && Object.hasOwn(schemas, name) && schemas[name]?.secret)))
      assertSettings(schemas, given)
      const sealed = Object.fromEntries(await Promise.all(Object.entries(given).map(async ([name, value]) => [
        name, typeof value === 'string' && schemas[name]?.secret ? { sealed: (await box.seal(value, about(plugin.id, scope, scopeId, name))).toString('base64') } : value,
      ] as const)))
      await writer.write(async (transaction, emit) => {
        await transaction.query(sql`select 1 from plugins where id = ${plugin.id} for no key update`)
        const present = await transaction.maybeOne<{ chosen: Values }>(sql`select chosen from plugin_settings where plugin_id = ${plugin.id} and scope = ${scope} and scope_id = ${scopeId}`)
        const chosen = Object.fromEntries(Object.entries({ ...present?.chosen, ...sealed }).filter(([, value]) => value !== null))
        if (JSON.stringify(chosen).length > maximumLength) throw new RookeryError('body_too_large', { limitBytes: maximumLength })
        await transaction.query(sql`
          insert into plugin_settings (plugin_id, scope, scope_id, chosen, update_at) values (${plugin.id}, ${scope}, ${scopeId}, ${json(chosen)}, ${clock.now()})
          on conflict (plugin_id, scope, scope_id) do update set chosen = excluded.chosen, update_at = excluded.update_at`)
        emit(pluginSettingsChanged, { pluginId: plugin.id, scope, scopeId }, audienceOf(scope, scopeId))
      })
      if (scope === 'system') await reload(plugin.id)
    },
    async load() {
      const rows = await db.any<Row & { pluginId: string }>(sql`select plugin_id as "pluginId", scope, scope_id as "scopeId", chosen from plugin_settings where scope = 'system'`)
      for (const row of rows) known.set(row.pluginId, await open(row.pluginId, row).catch(() => ({})))
    },
  }
}

/** Those whom it concerns. */
function audienceOf(scope: SettingScope, scopeId: string): Audience {
  if (scope === 'system') return { adminsOnly: true }
  return scope === 'team' ? { teamId: scopeId } : scope === 'channel' ? { channelId: scopeId } : { userId: scopeId }
}
