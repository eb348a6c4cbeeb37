import type { Clock } from '../../clock.ts'
import type { Ids } from '../../ids.ts'
import type { DueWork } from '../../jobs/index.ts'
import type { Database, Transaction } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import { createTurnstile, type Turnstile } from '../turnstile.ts'
import {
  countDeliveries, deleteDeliveries, deleteDelivery, dropDeliveries, dropOldest, insertDelivery, lockDelivery, reviveDeliveries, selectDeliveries, selectDelivery, updateDelivery, type Delivery,
} from './delivery-rows.ts'

/** How a plugin took something in. `unavailable`: it could not be asked, which is nobody's fault. */
export type Attempt =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed', readonly reason: string }
  | { readonly kind: 'unavailable' }
  /** There is no such handler any more. */
  | { readonly kind: 'gone' }

/** Tries a kind of handler again; its name is the first word of the handler's. */
export interface DeliveryKind {
  /** Of which it becomes a dead letter; `name` is the second word of the handler. */
  maximumAttempts(pluginId: string, name: string): number
  /** Whether it may be tried at this moment; what may not waits until the plugin is given more. */
  mayTry(plugin: InstalledPlugin, name: string): boolean
  attempt(pluginId: string, name: string, input: unknown, attempt: number): Promise<Attempt>
}

/** What plugins failed on: it is tried again apart from all else, so that nothing waits behind it. */
export interface Deliveries {
  /** Before anything is tried again. */
  handle(kind: string, how: DeliveryKind): void
  /** Puts something away, within the transaction that takes it from where it was. */
  put(transaction: Transaction, letter: Pick<Delivery, 'pluginId' | 'handler' | 'key' | 'input'>, failure: { readonly reason: string, readonly attempts: number }): Promise<void>
  dead(pluginId: string, page: { after: string, limit: number }): Promise<Delivery[]>
  counts(pluginId: string): Promise<{ handler: string, retrying: number, dead: number }[]>
  /** Tries dead letters again, from the first attempt on. */
  replay(pluginId: string, ids: readonly string[] | 'all'): Promise<number>
  drop(pluginId: string, ids: readonly string[] | 'all'): Promise<number>
  /** Goes on with what waited while the plugin was disabled. */
  resume(pluginId: string): Promise<void>
  /** Nothing is tried again. `isGone`: nor is anybody's data left that would have to go. */
  forget(transaction: Transaction, pluginId: string, options: { readonly isGone: boolean }): Promise<void>
}

interface DeliveriesDependencies {
  readonly db: Database
  readonly dueWork: DueWork
  readonly ids: Ids
  readonly clock: Clock
  readonly registry: Registry
  readonly log: Log
}

const dueKind = 'plugins.delivery'
const firstBackOffMs = 1000
const maximumBackOffMs = 3_600_000
/** Until one that cannot be asked is asked again. */
const unavailableMs = 5000
/** Longer than any handler may run, so that none is begun twice. */
const leaseMs = 3_700_000
const maximumErrorLength = 500
/** Of one plugin, tried at once. */
const maximumAtOnce = 4
/** Of one plugin, kept: beyond, the oldest dead ones go, and then the oldest. */
const maximumKept = 10_000
/** It is looked for what is too much once in so many that are put away. */
const pruneEvery = 100
const pageSize = 500

export const backOffMs = (attempts: number): number => Math.min(maximumBackOffMs, firstBackOffMs * 2 ** Math.max(0, attempts - 1))

export function createDeliveries({ db, dueWork, ids, clock, registry, log }: DeliveriesDependencies): Deliveries {
  const kinds = new Map<string, DeliveryKind>()
  const turnstiles = new Map<string, Turnstile>()
  const turnstileOf = (pluginId: string): Turnstile => {
    let turnstile = turnstiles.get(pluginId)
    if (!turnstile) turnstiles.set(pluginId, turnstile = createTurnstile(maximumAtOnce))
    return turnstile
  }
  let puts = 0
  const putAgain = (transaction: Transaction, id: string, waitMs: number): Promise<void> => dueWork.put(transaction, { kind: dueKind, key: id, dueAt: clock.now() + waitMs, payload: {} })

  const wait = async (id: string): Promise<void> => {
    const row = await selectDelivery(db, id)
    if (row) await turnstileOf(row.pluginId).pass(() => tryAgain(id))
  }
  const tryAgain = async (id: string): Promise<void> => {
    const row = await selectDelivery(db, id)
    const plugin = row && registry.all.get(row.pluginId)
    if (!row || row.state === 'dead') return
    const [kind = '', name = ''] = row.handler.split(/ (.*)/s)
    const how = kinds.get(kind)
    // Who disables a plugin, or takes something from it, keeps its letters: they go on with it.
    if (plugin?.state !== 'enabled' || !(how?.mayTry(plugin, name) ?? true)) return
    const attempts = row.attempts + 1
    const result: Attempt = how ? await how.attempt(row.pluginId, name, row.input, attempts) : { kind: 'gone' }
    if (result.kind === 'done' || result.kind === 'gone') { await deleteDelivery(db, id); return }
    await db.transact(async (transaction) => {
      if (!await lockDelivery(transaction, id)) return
      if (result.kind === 'unavailable') { await putAgain(transaction, id, unavailableMs); return }
      const isDead = attempts >= (how?.maximumAttempts(row.pluginId, name) ?? 0)
      await updateDelivery(transaction, { id, state: isDead ? 'dead' : 'retrying', attempts, lastError: result.reason.slice(0, maximumErrorLength), updateAt: clock.now() })
      if (!isDead) await putAgain(transaction, id, backOffMs(attempts))
    })
  }
  dueWork.on(dueKind, ({ key }) => wait(key), { leaseMs, isDetached: true })
  const eachPage = async (pluginId: string, state: Delivery['state'], work: (ids: readonly string[]) => Promise<void>): Promise<void> => {
    for (let after = ''; ;) {
      const page = await selectDeliveries(db, pluginId, state, { after, limit: pageSize })
      const last = page.at(-1)
      if (!last) return
      await work(page.map(({ id }) => id))
      after = last.id
    }
  }
  const resume = (pluginId: string): Promise<void> => eachPage(pluginId, 'retrying', (page) => db.transact(async (transaction) => { for (const id of page) await putAgain(transaction, id, 0) }))
  const replay = (pluginId: string, chosen: readonly string[]): Promise<number> => db.transact(async (transaction) => {
    const revived = await reviveDeliveries(transaction, pluginId, chosen, clock.now())
    for (const { id } of revived) await putAgain(transaction, id, 0)
    return revived.length
  })
  registry.onChange((plugin, before) => {
    const isMore = before !== undefined && Object.keys(plugin.granted).some((capability) => !Object.hasOwn(before.granted, capability))
    if (isMore && plugin.state === 'enabled' && before.state === 'enabled') resume(plugin.id).catch((error: unknown) => { log.warn('What a plugin failed on is not tried again before it is enabled anew', { plugin: plugin.id, error }) })
  })

  return {
    handle(kind, how) { kinds.set(kind, how) },
    async put(transaction, { pluginId, handler, key, input }, { reason, attempts }) {
      const id = ids.next()
      const now = clock.now()
      const [kind = '', name = ''] = handler.split(/ (.*)/s)
      const isDead = attempts > 0 && attempts >= (kinds.get(kind)?.maximumAttempts(pluginId, name) ?? 0)
      const isPut = await insertDelivery(transaction, {
        id, pluginId, handler, key, state: isDead ? 'dead' : 'retrying', input, attempts, lastError: reason.slice(0, maximumErrorLength), createAt: now, updateAt: now,
      })
      if (isPut && !isDead) await putAgain(transaction, id, backOffMs(attempts))
      puts += 1
      if (puts % pruneEvery === 0) await dropOldest(transaction, pluginId, maximumKept)
    },
    dead: (pluginId, page) => selectDeliveries(db, pluginId, 'dead', page),
    counts: (pluginId) => countDeliveries(db, pluginId),
    async replay(pluginId, chosen) {
      if (chosen !== 'all') return replay(pluginId, chosen)
      let count = 0
      await eachPage(pluginId, 'dead', async (page) => { count += await replay(pluginId, page) })
      return count
    },
    drop: (pluginId, chosen) => dropDeliveries(db, pluginId, chosen),
    async forget(transaction, pluginId, { isGone }) { await deleteDeliveries(transaction, pluginId, dueKind, isGone) },
    resume,
  }
}
