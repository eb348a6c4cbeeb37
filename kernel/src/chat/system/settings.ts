import {
  permissions, RookeryError, secretMask, settingsChanged, settingsDescribe, settingsGet, settingsPatch, settingsReload,
  type InputOf, type Permission, type Settings,
} from '@rookery/sdk/protocol'
import { installationKey, keptKey, masked, type LiveSettings } from '../../config/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { json, sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'ids' | 'clock' | 'liveSettings' | 'settingSeal'>
type Verb = 'read' | 'write'

interface StoredRow { key: string, value: unknown }

const selectSettings = sql`select key, value from settings`

const learn = (liveSettings: LiveSettings, rows: readonly StoredRow[]): void => { liveSettings.learn(new Map(rows.map(({ key, value }) => [key, value]))) }

const consolePermissions = (verb: Verb): Permission[] => permissions.filter(({ id }) => id.startsWith(`sysconsole_${verb}_`)).map(({ id }) => id)
const known: ReadonlySet<string> = new Set(permissions.map(({ id }) => id))

/** Settings that an admin reads and changes while the server runs; each belongs to areas of the system console. */
export function createSettings(parts: Parts): AnyImplementation[] {
  const { writer, access, clock, liveSettings, settingSeal } = parts
  const holds = (context: Context, verb: Verb, areas: readonly string[]): boolean =>
    access.hasSystem(context, 'manage_system')
    || (verb === 'read' && areas.includes('*'))
    || areas.map((area) => `sysconsole_${verb}_${area}`).some((id) => known.has(id) && access.hasSystem(context, id as Permission))

  const assertAny = (context: Context, verb: Verb): void => {
    if (access.hasSystem(context, 'manage_system') || consolePermissions(verb).some((id) => access.hasSystem(context, id))) return
    throw new RookeryError('permission_missing', { permission: 'manage_system' })
  }

  const read = (context: Context): Settings => ({
    values: Object.fromEntries([...liveSettings.values].filter(([name]) => holds(context, 'read', liveSettings.areasOf(name))).map(([name, value]) => [name, masked(value, liveSettings.isSecret(name)) as typeof value])),
    readOnly: [...liveSettings.readOnly],
    kept: Object.fromEntries([...liveSettings.doors].map((door) => {
      const keeping = liveSettings.keepingOf(door)
      const mine = [...liveSettings.kept(door)].filter(([name]) => holds(context, 'read', keeping?.areasOf(name) ?? []))
      return [door, Object.fromEntries(mine.map(([name, value]) => [name, masked(value, keeping?.isSecret(name) ?? true)]))]
    })),
  })

  // Memory must know before anybody hears of the change. The lock on the table orders changes, so what was read last is the newest.
  let newest: StoredRow[] = []
  writer.onCommitted((event) => { if (event.name === settingsChanged.name) learn(liveSettings, newest) })

  /** What is to be stored, by key; null for what is to be forgotten. */
  const changes = (context: Context, { values = {}, kept = {} }: InputOf<typeof settingsPatch>): Map<string, unknown> => {
    const found = new Map<string, unknown>()
    const assertWritable = (areas: readonly string[]): void => {
      if (!holds(context, 'write', areas)) throw new RookeryError('permission_missing', { permission: areas[0] ? `sysconsole_write_${areas[0]}` : 'manage_system' })
    }
    for (const [name, value] of Object.entries(values)) {
      if (!liveSettings.values.has(name)) throw new RookeryError('setting_unknown', { field: name })
      assertWritable(liveSettings.areasOf(name))
      if (value === secretMask && liveSettings.isSecret(name)) continue
      if (liveSettings.readOnly.has(name)) throw new RookeryError('setting_read_only', { field: name })
      if (value !== null) liveSettings.assert(name, value)
      found.set(name, value)
    }
    for (const [door, entries] of Object.entries(kept)) {
      const keeping = liveSettings.keepingOf(door)
      if (!keeping) throw new RookeryError('setting_unknown', { field: door })
      for (const [name, value] of Object.entries(entries)) {
        assertWritable(keeping.areasOf(name))
        if (value === secretMask && keeping.isSecret(name)) continue
        if (value !== null) keeping.assert(name, value)
        found.set(keptKey(door, name), value)
      }
    }
    return found
  }

  return [
    implement(settingsGet, {
      access(context) { assertAny(context, 'read') },
      handle: (context) => read(context),
    }),
    implement(settingsDescribe, {
      access(context) { assertAny(context, 'read') },
      handle: (context) => ({
        schema: { type: 'object', properties: Object.fromEntries([...liveSettings.values.keys()].filter((name) => holds(context, 'read', liveSettings.areasOf(name))).map((name) => [name, liveSettings.schemaOf(name)])) },
      }),
    }),
    implement(settingsPatch, {
      access(context, input) {
        assertAny(context, 'write')
        return changes(context, input)
      },
      async handle(context, _input, found) {
        const stored = await Promise.all([...found].filter(([, value]) => value !== null).map(async ([key, value]) => [key, liveSettings.isSecret(key) && value !== '' ? await settingSeal.seal(String(value)) : value] as const))
        const forgotten = [...found].filter(([, value]) => value === null).map(([key]) => key)
        if (found.size > 0) {
          await writer.write(async (transaction, emit) => {
            await transaction.query(sql`lock table settings in share row exclusive mode`)
            await transaction.query(sql`delete from settings where key = any (${textArray(forgotten)})`)
            await transaction.query(sql`
              insert into settings (key, value, update_at)
              select e ->> 'key', e -> 'value', ${clock.now()} from jsonb_array_elements(${json(stored.map(([key, value]) => ({ key, value })))}::jsonb) as e
              on conflict (key) do update set value = excluded.value, update_at = excluded.update_at`)
            newest = await transaction.any<StoredRow>(selectSettings)
            emit(settingsChanged, { names: [...found.keys()] }, {})
          }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
        }
        return read(context)
      },
    }),
    implement(settingsReload, {
      access(context) { access.system(context, 'reload_config') },
      async handle() {
        await loadSettings(parts)
        return {}
      },
    }),
  ]
}

/** Reads the settings that admins stored, and gives the installation its name once; to be called before anybody is served. */
export async function loadSettings({ db, ids, clock, liveSettings }: Pick<Parts, 'db' | 'ids' | 'clock' | 'liveSettings'>): Promise<void> {
  const now = clock.now()
  await db.query(sql`
    insert into settings (key, value, update_at) values (${installationKey}, ${json({ id: ids.next(), createdAt: now })}, ${now})
    on conflict (key) do nothing`)
  learn(liveSettings, await db.any<StoredRow>(selectSettings))
}
