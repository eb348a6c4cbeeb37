import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Homes } from './homes.ts'
import type { StatementEffect } from './statement-judge.ts'

/** Whether there is room for more in a plugin's tables. */
export interface Space {
  /** Throws `plugin_storage_full` for what may store more where the quota is used up. */
  assertRoom(pluginId: string, effect: StatementEffect, maximumMegabytes: number): Promise<void>
  /** After a statement: what it changed may change the size. */
  note(pluginId: string, effect: StatementEffect, rowCount: number): void
  forget(pluginId: string): void
}

/** A size is trusted for so long, or until many rows were changed. */
const trustMs = 5000
const manyRows = 500
/** Tables keep the room of what was deleted until they are packed anew, which locks them. */
const packingMs = 60_000
const packingTimeoutMs = 60_000

interface Known { bytes: number, measuredAt: number, changedRows: number, hasShrunk: boolean, packedAt: number }

export function createSpace({ homes, clock }: { homes: Homes, clock: Clock }): Space {
  const known = new Map<string, Known>()

  const pack = (pluginId: string): Promise<void> => homes.use(pluginId, async (session) => {
    const { rows } = await session.run(`select quote_ident(relname) as name from pg_class where relnamespace = quote_ident(current_schema())::regnamespace and relkind = 'r'`)
    await session.runAll(`set statement_timeout = ${packingTimeoutMs}`)
    try {
      for (const { name } of rows) await session.runAll(`vacuum full ${String(name)}`)
    } finally {
      await session.runAll('reset statement_timeout')
    }
  })

  return {
    async assertRoom(pluginId, effect, maximumMegabytes) {
      if (effect !== 'grow') return
      const maximumBytes = maximumMegabytes * 2 ** 20
      const now = clock.now()
      let each = known.get(pluginId)
      if (!each) known.set(pluginId, each = { bytes: 0, measuredAt: 0, changedRows: 0, hasShrunk: false, packedAt: 0 })
      if (now - each.measuredAt >= trustMs || each.changedRows >= manyRows) {
        each.bytes = await homes.size(pluginId)
        each.measuredAt = now
        each.changedRows = 0
      }
      if (each.bytes >= maximumBytes && each.hasShrunk && now - each.packedAt >= packingMs) {
        each.packedAt = now
        each.hasShrunk = false
        await pack(pluginId)
        each.bytes = await homes.size(pluginId)
      }
      if (each.bytes >= maximumBytes) throw new RookeryError('plugin_storage_full', { quota: `${maximumMegabytes} MB of tables` })
    },
    note(pluginId, effect, rowCount) {
      const each = known.get(pluginId)
      if (!each || effect === 'read') return
      each.changedRows += rowCount
      if (effect === 'shrink') Object.assign(each, { hasShrunk: true, changedRows: manyRows })
    },
    forget(pluginId) { known.delete(pluginId) },
  }
}
