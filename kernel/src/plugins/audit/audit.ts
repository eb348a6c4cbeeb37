import { auditList, type AuditEvent } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import type { Ids } from '../../ids.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { json, sql, type Database } from '../../storage/index.ts'
import type { Registry } from '../registry.ts'
import type { PluginTexts } from '../translations/index.ts'

interface Parts {
  readonly access: Access
  readonly db: Database
  readonly registry: Registry
  readonly texts: PluginTexts
  readonly ids: Ids
  readonly clock: Clock
}

export interface Audit {
  record(event: Pick<AuditEvent, 'pluginId' | 'event' | 'userId' | 'address' | 'details'>): Promise<void>
  readonly implementations: readonly AnyImplementation[]
}

/** Of one plugin: beyond, the oldest go. */
const maximumKept = 100_000
/** It is looked for what is too much once in so many. */
const pruneEvery = 1000

/** What plugins record for those who have to answer for the server. */
export function createAudit({ access, db, registry, texts, ids, clock }: Parts): Audit {
  let records = 0
  return {
    async record({ pluginId, event, userId, address, details }) {
      await db.query(sql`
        insert into audit_events (id, at, plugin_id, event, user_id, address, details) values (${ids.next()}, ${clock.now()}, ${pluginId}, ${event}, ${userId}, ${address}, ${json(details)})`)
      records += 1
      if (records % pruneEvery === 0) {
        await db.query(sql`delete from audit_events where plugin_id = ${pluginId} and id <= (select id from audit_events where plugin_id = ${pluginId} order by id desc offset ${maximumKept} limit 1)`)
      }
    },
    implementations: [
      implement(auditList, {
        access(context) { access.system(context, 'read_audits') },
        async handle({ locale }, { pluginId, event, userId, beforeId, limit = 60 }): Promise<AuditEvent[]> {
          const rows = await db.any<Omit<AuditEvent, 'title'>>(sql`
            select id, at, plugin_id as "pluginId", event, user_id as "userId", address, details from audit_events
            where ${pluginId ? sql.fragment`plugin_id = ${pluginId}` : sql.fragment`true`} and ${event ? sql.fragment`event = ${event}` : sql.fragment`true`}
              and ${userId ? sql.fragment`user_id = ${userId}` : sql.fragment`true`} and ${beforeId ? sql.fragment`id < ${beforeId}` : sql.fragment`true`}
            order by id desc limit ${limit}`)
          const titleOf = (row: Pick<AuditEvent, 'pluginId' | 'event'>): string => {
            const plugin = registry.all.get(row.pluginId)
            return (plugin && texts.localise(plugin.manifest, locale).contributes.auditEvents?.find(({ name }) => name === row.event)?.title) ?? row.event
          }
          return rows.map((row) => ({ ...row, title: titleOf(row) }))
        },
      }),
    ],
  }
}
