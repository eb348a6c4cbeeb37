import type { JobContribution, PluginState } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { Ids } from '../../ids.ts'
import type { DueWork } from '../../jobs/index.ts'
import { sql, type Database, type Transaction } from '../../storage/index.ts'
import type { Attempt, Deliveries } from '../deliveries/index.ts'
import { failureOf } from '../failure.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'

/** Work that plugins put off, or do again and again: each at least once, however often the server dies. */
export interface PluginJobs {
  put(plugin: InstalledPlugin, name: string, job: { readonly key: string, readonly input: unknown, readonly dueAt: number }): Promise<void>
  remove(plugin: InstalledPlugin, name: string, key: string): Promise<void>
  find(plugin: InstalledPlugin, name: string): JobContribution | undefined
  /** Begins what comes again and again, as the plugin's state says; at a start of the server it goes on as it was. */
  follow(plugin: InstalledPlugin, options: { isNew: boolean }): Promise<void>
  /** Nothing is done any more. */
  forget(transaction: Transaction, pluginId: string): Promise<void>
}

interface JobsDependencies {
  readonly db: Database
  readonly dueWork: DueWork
  readonly deliveries: Deliveries
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly ids: Ids
  readonly clock: Clock
}

interface Payload { readonly pluginId: string, readonly name: string, readonly key: string, readonly input: unknown }

const dueKind = 'plugins.job'
const standardAttempts = 5
const standardDeadlineMs = 300_000
const unavailableMs = 5000
/** Longer than any job may run, so that none is begun twice. */
const leaseMs = 3_700_000

const dueKey = (pluginId: string, name: string, key: string): string => JSON.stringify([pluginId, name, key])

export function createPluginJobs({ db, dueWork, deliveries, registry, runtime, ids, clock }: JobsDependencies): PluginJobs {
  const find: PluginJobs['find'] = (plugin, name) => plugin.manifest.contributes.jobs.find((job) => job.name === name)

  const attempt = async (pluginId: string, name: string, { key, input }: Pick<Payload, 'key' | 'input'>, attemptNumber: number): Promise<Attempt> => {
    const plugin = registry.all.get(pluginId)
    const job = plugin && find(plugin, name)
    if (!plugin || !job) return { kind: 'gone' }
    if (plugin.state !== 'enabled') return { kind: 'unavailable' }
    const deadlineMs = job.deadlineMs ?? plugin.manifest.limits?.jobMs ?? standardDeadlineMs
    try {
      await runtime.invoke(plugin, `job ${name}`, { key, input, attempt: attemptNumber }, { deadlineMs, causeDepth: 0 })
      return { kind: 'done' }
    } catch (error) {
      return failureOf(error)
    }
  }

  deliveries.handle('job', {
    maximumAttempts(pluginId, name) {
      const plugin = registry.all.get(pluginId)
      return (plugin && find(plugin, name)?.maximumAttempts) ?? standardAttempts
    },
    attempt: (pluginId, name, input, attemptNumber) => attempt(pluginId, name, input as Payload, attemptNumber),
  })

  /** Not for a plugin that has left the server meanwhile; one that comes again and again, only while it is enabled. */
  const putDue = ({ pluginId, name, key, input }: Payload, dueAt: number): Promise<void> => db.transact(async (transaction) => {
    // Shared: whoever changes the state waits, and removes what is put here.
    const row = await transaction.maybeOne<{ state: PluginState }>(sql`select state from plugins where id = ${pluginId} for share`)
    if (row && (key === '' ? row.state === 'enabled' : row.state !== 'trashed')) await dueWork.put(transaction, { kind: dueKind, key: dueKey(pluginId, name, key), dueAt, payload: { pluginId, name, key, input } })
  })

  dueWork.on<Payload>(dueKind, async ({ payload }) => {
    const { pluginId, name, key, input } = payload
    const plugin = registry.all.get(pluginId)
    const job = plugin && find(plugin, name)
    if (!plugin || !job) return
    // One that comes again is begun anew when the plugin is enabled.
    if (plugin.state !== 'enabled' && key === '') return
    const result = await attempt(pluginId, name, payload, 1)
    if (key === '' && job.everyMs) await putDue(payload, clock.now() + (result.kind === 'unavailable' ? unavailableMs : job.everyMs))
    else if (result.kind === 'unavailable' && plugin.state === 'enabled') await putDue(payload, clock.now() + unavailableMs)
    else if (result.kind === 'failed' || result.kind === 'unavailable') {
      const failure = result.kind === 'failed' ? { reason: result.reason, attempts: 1 } : { reason: '', attempts: 0 }
      await db.transact((transaction) => deliveries.put(transaction, { pluginId, handler: `job ${name}`, key: `${key} ${ids.next()}`, input: { key, input } }, failure))
    }
  }, { leaseMs })

  return {
    find,
    put: ({ id: pluginId }, name, { key, input, dueAt }) => putDue({ pluginId, name, key, input }, dueAt),
    // An alarm that rings for a row that is gone finds nothing.
    async forget(transaction, pluginId) { await transaction.query(sql`delete from due_work where kind = ${dueKind} and payload ->> 'pluginId' = ${pluginId}`) },
    remove: ({ id }, name, key) => db.transact((transaction) => dueWork.remove(transaction, dueKind, dueKey(id, name, key))),
    async follow({ id: pluginId, state, manifest }, { isNew }) {
      const recurring = manifest.contributes.jobs.filter(({ everyMs }) => everyMs !== undefined)
      await db.transact(async (transaction) => {
        for (const { name, everyMs = 0 } of recurring) {
          const key = dueKey(pluginId, name, '')
          const isPut = !isNew && await transaction.maybeOne(sql`select 1 as one from due_work where kind = ${dueKind} and key = ${key}`) !== undefined
          if (state === 'enabled' && isPut) continue
          if (state === 'enabled') await dueWork.put(transaction, { kind: dueKind, key, dueAt: clock.now() + everyMs, payload: { pluginId, name, key: '', input: null } })
          else await dueWork.remove(transaction, dueKind, key)
        }
      })
    },
  }
}
