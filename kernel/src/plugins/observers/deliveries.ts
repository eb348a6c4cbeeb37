import type { RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { Ids } from '../../ids.ts'
import type { DueWork } from '../../jobs/index.ts'
import type { Database, Transaction } from '../../storage/index.ts'
import type { Registry } from '../registry.ts'
import type { Attempt } from './deliver.ts'
import { deleteDelivery, insertDelivery, selectDeliveries, selectDelivery, updateDelivery, type DeliveryRow } from './observer-rows.ts'

/** Events that an observer failed on: they are tried again apart from the others, so that nothing waits behind them. */
export interface Deliveries {
  /** Puts an event away within the transaction that moves the observer past it. */
  put(transaction: Transaction, pluginId: string, observer: string, event: RookeryEvent, error: string): Promise<void>
  dead(pluginId: string, options: { after: string, limit: number }): Promise<DeliveryRow[]>
  /** Tries a dead letter again, from the first attempt on. */
  replay(pluginId: string, ids: readonly string[]): Promise<number>
  /** What waited while the plugin was disabled. */
  resume(pluginId: string): Promise<void>
}

interface DeliveriesDependencies {
  readonly db: Database
  readonly dueWork: DueWork
  readonly ids: Ids
  readonly clock: Clock
  readonly registry: Registry
  readonly attempt: (pluginId: string, observer: string, events: readonly RookeryEvent[], attempt: number) => Promise<Attempt>
}

const kind = 'plugins.delivery'
const firstBackOffMs = 1000
const maximumBackOffMs = 3_600_000
/** Where the plugin cannot be asked at the moment; that is no attempt. */
const unavailableMs = 5000
const standardAttempts = 12
const maximumErrorLength = 500
const pageSize = 500

export function createDeliveries({ db, dueWork, ids, clock, registry, attempt }: DeliveriesDependencies): Deliveries {
  const putAgain = (transaction: Transaction, id: string, waitMs: number): Promise<void> => dueWork.put(transaction, { kind, key: id, dueAt: clock.now() + waitMs, payload: {} })

  const backOffMs = (attempts: number): number => Math.min(maximumBackOffMs, firstBackOffMs * 2 ** (attempts - 1))

  dueWork.on(kind, async ({ key: id }) => {
    const row = await selectDelivery(db, id)
    if (!row || row.state === 'dead') return
    const plugin = registry.all.get(row.pluginId)
    const contribution = plugin?.manifest.contributes.observers.find(({ name }) => name === row.observer)
    // Who disables a plugin keeps its letters: they go on with it.
    if (!plugin || plugin.state !== 'enabled') return
    if (!contribution) { await deleteDelivery(db, id); return }
    const attempts = row.attempts + 1
    const result = await attempt(row.pluginId, row.observer, [row.event as RookeryEvent], attempts)
    if (result.kind === 'done' && result.failed.size === 0) { await deleteDelivery(db, id); return }
    await db.transact(async (transaction) => {
      if (result.kind === 'unavailable') { await putAgain(transaction, id, unavailableMs); return }
      const isDead = attempts >= (contribution.maximumAttempts ?? standardAttempts)
      const lastError = (result.kind === 'failed' ? result.reason : 'it asked for another attempt').slice(0, maximumErrorLength)
      await updateDelivery(transaction, { id, state: isDead ? 'dead' : 'retrying', attempts, lastError, updateAt: clock.now() })
      if (!isDead) await putAgain(transaction, id, backOffMs(attempts))
    })
  })

  return {
    async put(transaction, pluginId, observer, event, error) {
      const id = ids.next()
      const now = clock.now()
      await insertDelivery(transaction, {
        id, pluginId, observer, state: 'retrying', eventCursor: event.cursor ?? '', event, attempts: 1, lastError: error.slice(0, maximumErrorLength), createAt: now, updateAt: now,
      })
      await putAgain(transaction, id, backOffMs(1))
    },
    dead: (pluginId, options) => selectDeliveries(db, pluginId, 'dead', options),
    async replay(pluginId, chosen) {
      let count = 0
      for (const id of chosen) {
        await db.transact(async (transaction) => {
          const row = await selectDelivery(transaction, id)
          if (!row || row.pluginId !== pluginId || row.state !== 'dead') return
          await updateDelivery(transaction, { id, state: 'retrying', attempts: 0, lastError: row.lastError, updateAt: clock.now() })
          await putAgain(transaction, id, 0)
          count += 1
        })
      }
      return count
    },
    async resume(pluginId) {
      for (let after = ''; ;) {
        const page = await selectDeliveries(db, pluginId, 'retrying', { after, limit: pageSize })
        if (page.length === 0) return
        await db.transact(async (transaction) => { for (const { id } of page) await putAgain(transaction, id, 0) })
        after = page.at(-1)?.id ?? ''
      }
    },
  }
}
