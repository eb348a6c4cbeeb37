import { pluginsEraseUserData, pluginsExportUserData, type PersonalDataOutcome } from '@rookery/sdk/protocol'
import type { ArchiveFile } from '@rookery/sdk/package'
import type { Access } from '../../auth/index.ts'
import { createAuthoredProps, forgetPluginProps } from '../../chat/index.ts'
import type { Clock } from '../../clock.ts'
import type { Settings } from '../../config/index.ts'
import type { Writer } from '../../events/index.ts'
import type { Ids } from '../../ids.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { Database } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Deliveries } from '../deliveries/index.ts'
import { failureOf } from '../failure.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { PluginExports } from '../plugin-export.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import { deletePersonalSettings, selectPersonalRows } from './personal-rows.ts'

interface Parts {
  readonly access: Access
  readonly db: Database
  readonly writer: Writer
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly deliveries: Deliveries
  readonly exports: Pick<PluginExports, 'offer'>
  readonly settings: Settings
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

type Moment = 'exportUser' | 'eraseUser'

const deadlineMs = 60_000
/** With the pauses between them, for some days. */
const maximumAttempts = 50
/** What a plugin keeps under these is of people whom only it knows. */
const keeping = ['kv', 'db', 'files', 'secrets'] as const

/** What plugins keep of one person: read and removed as a whole. */
export function createPersonalData({ access, db, writer, registry, runtime, deliveries, exports, settings, ids, clock, log }: Parts): AnyImplementation[] {
  const authored = createAuthoredProps({ db, clock })
  const handles = ({ manifest }: InstalledPlugin, moment: Moment): boolean => manifest.contributes.lifecycle.includes(moment)
  const keeps = ({ manifest: { capabilities } }: InstalledPlugin): boolean => keeping.some((capability) => Object.hasOwn(capabilities, capability))
  const ask = (plugin: InstalledPlugin, moment: Moment, userId: string): Promise<unknown> => runtime.invoke(plugin, `lifecycle ${moment}`, { userId }, { deadlineMs, mayBeLarge: moment === 'exportUser' })

  deliveries.handle('lifecycle', {
    maximumAttempts: () => maximumAttempts,
    mayTry: () => true,
    async attempt(pluginId, name, input) {
      const plugin = registry.all.get(pluginId)
      if (!plugin || name !== 'eraseUser' || !handles(plugin, name)) return { kind: 'gone' }
      try {
        await ask(plugin, name, (input as { userId: string }).userId)
        return { kind: 'done' }
      } catch (error) {
        return failureOf(error)
      }
    },
  })

  /** One after the other: what one of them tells need not be in memory with what another does. */
  async function* collect(userId: string): AsyncGenerator<ArchiveFile> {
    const json = (path: string, value: unknown): ArchiveFile => ({ path, bytes: Buffer.from(JSON.stringify(value, null, 2)) })
    for (const { pluginId, settings: chosen, account } of await selectPersonalRows(db, userId)) {
      if (chosen) yield json(`${pluginId}/settings.json`, chosen)
      if (account) yield json(`${pluginId}/account.json`, account)
    }
    let page = 0
    for await (const posts of authored.pages(userId)) {
      page += 1
      for (const pluginId of new Set(posts.flatMap(({ props }) => Object.keys(props)))) {
        yield json(`${pluginId}/posts-${page}.json`, posts.flatMap(({ postId, channelId, props }) => (Object.hasOwn(props, pluginId) ? { postId, channelId, props: props[pluginId] } : [])))
      }
    }
    const outcomes: PersonalDataOutcome[] = []
    for (const plugin of [...registry.all.values()].sort((one, other) => (one.id < other.id ? -1 : 1))) {
      if (!handles(plugin, 'exportUser')) {
        if (keeps(plugin)) outcomes.push({ pluginId: plugin.id, outcome: 'unable' })
        continue
      }
      try {
        if (plugin.state !== 'enabled') throw new Error(`it is ${plugin.state}`)
        const told = await ask(plugin, 'exportUser', userId)
        if (told !== null && told !== undefined) yield json(`${plugin.id}/data.json`, told)
        outcomes.push({ pluginId: plugin.id, outcome: 'done' })
      } catch (error) {
        log.warn('A plugin did not tell what it keeps of a person', { plugin: plugin.id, error })
        outcomes.push({ pluginId: plugin.id, outcome: 'unavailable' })
      }
    }
    yield json('outcomes.json', outcomes)
  }

  return [
    implement(pluginsExportUserData, {
      access: (context, { userId }) => access.self(context, userId, 'manage_system'),
      handle: (_context, _input, { id: userId, username }) => exports.offer({ userId }, `user-exports/${userId}/${ids.next()}.zip`, `${username}-plugin-data.zip`, collect(userId)),
    }),
    implement(pluginsEraseUserData, {
      access: (context, { userId }) => access.self(context, userId, 'manage_system'),
      async handle(_context, _input, { id: userId }) {
        // Page by page: whoever wrote much would hold the locks of it all. Where it ends halfway it is not answered, and asked for again.
        await authored.forget(userId)
        return writer.write(async (transaction, emit) => {
          await deletePersonalSettings(transaction, userId)
          await forgetPluginProps({ settings, clock }, transaction, emit, userId)
          const outcomes: PersonalDataOutcome[] = []
          // Those in the trash are asked when they come back.
          for (const plugin of [...registry.all.values(), ...registry.trashed.values()]) {
            if (handles(plugin, 'eraseUser')) {
              await deliveries.put(transaction, { pluginId: plugin.id, handler: 'lifecycle eraseUser', key: `${userId} ${ids.next()}`, input: { userId } }, { reason: '', attempts: 0 })
              outcomes.push({ pluginId: plugin.id, outcome: 'waiting' })
            } else if (keeps(plugin)) outcomes.push({ pluginId: plugin.id, outcome: 'unable' })
          }
          return outcomes
        })
      },
    }),
  ]
}
