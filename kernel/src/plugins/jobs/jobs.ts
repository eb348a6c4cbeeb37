import { limitsOf, RookeryError, standardLimits, type JobContribution, type PluginState } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { Ids } from '../../ids.ts'
import type { DueWork } from '../../jobs/index.ts'
import { sql, textArray, type Database, type Transaction } from '../../storage/index.ts'
import type { Attempt, Deliveries } from '../deliveries/index.ts'
import { failureOf } from '../failure.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import { readCalendar } from './calendar.ts'
import { createTurnstile, type Turnstile } from '../turnstile.ts'

/** Work that plugins put off, or do again and again: each at least once, however often the server dies. */
export interface PluginJobs {
  /** Throws `plugin_over_quota` where too many wait already. `causeDepth` of what puts it off: to wait ends no chain of effects. */
  put(plugin: InstalledPlugin, name: string, job: { readonly key: string, readonly input: unknown, readonly dueAt: number, readonly causeDepth: number }): Promise<void>
  remove(plugin: InstalledPlugin, name: string, key: string): Promise<void>
  find(plugin: InstalledPlugin, name: string): JobContribution | undefined
  /** Begins what comes again and again, as the plugin's state says; at a start of the server, and after an upgrade, it goes on as it was. */
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

interface Payload {
  readonly pluginId: string
  readonly name: string
  /** '' of one that comes again and again. */
  readonly key: string
  readonly input: unknown
  readonly causeDepth?: number
  /** The times by which it comes again; another version may have others. */
  readonly schedule?: string
  /** It came due and could not be done: while another version was on trial, or because that began. */
  readonly isLate?: boolean
}

const dueKind = 'plugins.job'
const standardAttempts = 5
const unavailableMs = 5000
/** Longer than any job may run, so that none is begun twice. */
const leaseMs = 3_700_000
/** Of one plugin, done at once. */
const maximumAtOnce = 4
/** How often so many are counted again, where too many waited: who may have more waits longer. */
const recountMs = 1000

const capability = 'jobs'

const comesAgain = ({ everyMs, cron }: JobContribution): boolean => everyMs !== undefined || cron !== undefined
const nextOf = ({ everyMs = 0, cron, timeZone }: JobContribution, after: number): number => (cron === undefined ? after + everyMs : readCalendar(cron, timeZone).next(after))
const scheduleOf = ({ everyMs, cron, timeZone = 'UTC' }: JobContribution): string => (cron === undefined ? String(everyMs) : `${cron} ${timeZone}`)

const mayWork = ({ state, granted }: InstalledPlugin): boolean => state === 'enabled' && Object.hasOwn(granted, capability)

/** Begins every key of a plugin's jobs. */
const keysOf = (pluginId: string): string => `${JSON.stringify([pluginId]).slice(0, -1)},`
const dueKey = (pluginId: string, name: string, key: string): string => JSON.stringify([pluginId, name, key])

/** As the index has it: nothing that begins so comes after it followed by the last of all characters. */
const isOf = (pluginId: string) => sql.fragment`kind = 'plugins.job' and key collate "C" >= ${keysOf(pluginId)} and key collate "C" < ${`${keysOf(pluginId)}\u{10ffff}`}`

export function createPluginJobs({ db, dueWork, deliveries, registry, runtime, ids, clock }: JobsDependencies): PluginJobs {
  const find: PluginJobs['find'] = (plugin, name) => plugin.manifest.contributes.jobs.find((job) => job.name === name)

  /** Also of one in the trash: what it keeps waits there with it. */
  const pluginOf = (pluginId: string): InstalledPlugin | undefined => registry.all.get(pluginId) ?? registry.trashed.get(pluginId)

  const attempt = async (pluginId: string, name: string, { key, input, causeDepth = 0 }: Pick<Payload, 'key' | 'input' | 'causeDepth'>, attemptNumber: number): Promise<Attempt> => {
    const plugin = pluginOf(pluginId)
    if (!plugin) return { kind: 'gone' }
    if (!mayWork(plugin)) return { kind: 'unavailable' }
    const job = find(plugin, name)
    if (!job) return { kind: 'gone' }
    const deadlineMs = job.deadlineMs ?? limitsOf(plugin.manifest).jobMs
    try {
      await runtime.invoke(plugin, `job ${name}`, { key, input, attempt: attemptNumber }, { capability, deadlineMs, causeDepth })
      return { kind: 'done' }
    } catch (error) {
      return failureOf(error)
    }
  }

  deliveries.handle('job', {
    mayTry: mayWork,
    maximumAttempts(pluginId, name) {
      const plugin = registry.all.get(pluginId)
      return (plugin && find(plugin, name)?.maximumAttempts) ?? standardAttempts
    },
    attempt: (pluginId, name, input, attemptNumber) => attempt(pluginId, name, input as Payload, attemptNumber),
  })

  /** Not for a plugin that has left the server meanwhile without what it keeps; one that comes again and again, only while it is enabled or another version is on trial. */
  const putDue = (payload: Payload, dueAt: number): Promise<void> => db.transact(async (transaction) => {
    const { pluginId, name, key } = payload
    // Shared: whoever changes the state waits, and removes what is put here.
    const row = await transaction.maybeOne<{ state: PluginState, trash: InstalledPlugin['trash'] }>(sql`select state, trash from plugins where id = ${pluginId} for share`)
    if (row && (key === '' ? row.state === 'enabled' || row.state === 'upgrading' : row.state !== 'trashed' || row.trash?.data === 'kept')) await dueWork.put(transaction, { kind: dueKind, key: dueKey(pluginId, name, key), dueAt, payload })
  })

  const putAgain = (transaction: Transaction, pluginId: string, job: JobContribution, dueAt: number): Promise<void> => dueWork.put(transaction, {
    kind: dueKind, key: dueKey(pluginId, job.name, ''), dueAt, payload: { pluginId, name: job.name, key: '', input: null, schedule: scheduleOf(job) } satisfies Payload,
  })

  const workAgain = async (plugin: InstalledPlugin, payload: Payload): Promise<void> => {
    const waits = (): Promise<void> => putDue({ ...payload, isLate: true }, clock.now() + unavailableMs)
    // For the version that proves to be well, which may be the one before.
    if (plugin.state === 'upgrading') return waits()
    const job = find(plugin, payload.name)
    // It is begun anew when the plugin is enabled.
    if (plugin.state !== 'enabled' || !job || !comesAgain(job)) return
    const { kind } = await attempt(plugin.id, job.name, payload, 1)
    if (kind === 'unavailable' && mayWork(plugin)) return waits()
    return putDue({ ...payload, schedule: scheduleOf(job), isLate: false }, nextOf(job, clock.now()))
  }

  const work = async (payload: Payload): Promise<void> => {
    const { pluginId, name, key, input, causeDepth = 0 } = payload
    const plugin = pluginOf(pluginId)
    if (!plugin) return
    if (key === '') {
      await workAgain(plugin, payload)
      return
    }
    const result = await attempt(pluginId, name, payload, 1)
    if (result.kind === 'unavailable' && mayWork(plugin)) await putDue(payload, clock.now() + unavailableMs)
    else if (result.kind === 'failed' || result.kind === 'unavailable') {
      const failure = result.kind === 'failed' ? { reason: result.reason, attempts: 1 } : { reason: '', attempts: 0 }
      await db.transact((transaction) => deliveries.put(transaction, { pluginId, handler: `job ${name}`, key: `${key} ${ids.next()}`, input: { key, input, causeDepth } }, failure))
    }
  }

  const turnstiles = new Map<string, Turnstile>()
  dueWork.on<Payload>(dueKind, ({ payload }) => {
    let turnstile = turnstiles.get(payload.pluginId)
    if (!turnstile) turnstiles.set(payload.pluginId, turnstile = createTurnstile(maximumAtOnce))
    return turnstile.pass(() => work(payload))
  }, { leaseMs, isDetached: true })

  /** Counted once and then only upwards: what was done meanwhile is found when it seems too many. */
  const waiting = new Map<string, { count: number, countedAt: number }>()
  const assertRoom = async ({ id: pluginId, manifest }: InstalledPlugin): Promise<void> => {
    const { waitingJobs } = limitsOf(manifest)
    const patienceMs = recountMs * Math.max(1, Math.ceil(waitingJobs / standardLimits.waitingJobs))
    let known = waiting.get(pluginId)
    if (!known || (known.count >= waitingJobs && clock.now() - known.countedAt >= patienceMs)) {
      const count = await db.value<number>(sql`select count(*) from (select 1 from due_work where ${isOf(pluginId)} limit ${waitingJobs}) as each`)
      waiting.set(pluginId, known = { count, countedAt: clock.now() })
    }
    if (known.count >= waitingJobs) throw new RookeryError('plugin_over_quota', { quota: `${waitingJobs} jobs that wait`, retryAfterSeconds: patienceMs / 1000 })
    known.count += 1
  }

  return {
    find,
    async put(plugin, name, { key, input, dueAt, causeDepth }) {
      await assertRoom(plugin)
      await putDue({ pluginId: plugin.id, name, key, input, causeDepth }, dueAt)
    },
    // An alarm that rings for a row that is gone finds nothing.
    async forget(transaction, pluginId) { await transaction.query(sql`delete from due_work where ${isOf(pluginId)}`) },
    remove: ({ id }, name, key) => db.transact((transaction) => dueWork.remove(transaction, dueKind, dueKey(id, name, key))),
    async follow({ id: pluginId, state, manifest }, { isNew }) {
      // What comes due while another version is on trial waits for the one that proves to be well.
      if (state === 'upgrading') return
      const jobs = manifest.contributes.jobs.filter(comesAgain)
      const keyOf = ({ name }: JobContribution): string => dueKey(pluginId, name, '')
      await db.transact(async (transaction) => {
        // Nobody begins one of them before it is decided.
        const rows = isNew ? [] : await transaction.any<{ key: string, dueAt: number, payload: Payload }>(sql`
          select key, due_at as "dueAt", payload from due_work where kind = ${dueKind} and key = any (${textArray(jobs.map(keyOf))}) for update`)
        const known = new Map(rows.map((row) => [row.key, row]))
        for (const job of jobs) {
          if (state !== 'enabled') {
            await dueWork.remove(transaction, dueKind, keyOf(job))
            continue
          }
          const now = clock.now()
          const next = nextOf(job, now)
          const put = known.get(keyOf(job))
          // Where another version has other times, it begins anew.
          const isSame = put?.payload.schedule === scheduleOf(job)
          if (isSame && put.payload.isLate) await putAgain(transaction, pluginId, job, now)
          // What was missed while the server was down is due already.
          else if (!isSame || put.dueAt > next) await putAgain(transaction, pluginId, job, next)
        }
      })
    },
  }
}
