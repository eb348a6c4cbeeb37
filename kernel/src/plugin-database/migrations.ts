import { createHash } from 'node:crypto'
import { RookeryError, type MigrationContribution } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Homes } from './homes.ts'
import type { StatementParser } from './statement-parser.ts'

/** What is told of a plugin whose tables are to be made. */
export interface MigratedPlugin {
  readonly id: string
  readonly manifest: { readonly contributes: { readonly migrations: readonly MigrationContribution[] } }
}

const migrationTimeoutMs = 60_000

/** Brings the tables of plugins up to their manifests; answers the ids of what ran. Each in a transaction of its own, recorded with it. */
export function createMigrate({ homes, parser, clock }: { homes: Homes, parser: StatementParser, clock: Clock }): (plugin: MigratedPlugin) => Promise<readonly string[]> {
  return async ({ id: plugin, manifest: { contributes: { migrations } } }) => {
    const schema = await homes.schemaOf(plugin)
    const refuse = (migration: string, reason: string, cause?: unknown): RookeryError => new RookeryError('plugin_migration_failed', { plugin, migration, reason }, { cause })
    return homes.use(plugin, async (session) => {
      const { rows } = await session.run('select id, sha256 from rookery_migrations')
      const applied = new Map(rows.map(({ id, sha256 }) => [String(id), String(sha256)]))
      const strange = [...applied.keys()].find((id) => !migrations.some((migration) => migration.id === id))
      if (strange !== undefined) throw refuse(strange, 'it was made by another version, which this one does not know')
      const ran: string[] = []
      for (const { id, up } of migrations) {
        const hash = createHash('sha256').update(up).digest('hex')
        if (applied.get(id) === hash) continue
        if (applied.has(id)) throw refuse(id, 'it was changed after it had run')
        try {
          await parser.judge(up, { schema, isMigration: true })
          await session.runAll(`begin; set local statement_timeout = ${migrationTimeoutMs}; set local idle_in_transaction_session_timeout = 0`)
          await session.runAll(up)
          await session.run('insert into rookery_migrations (id, sha256, applied_at) values ($1, $2, $3)', [id, hash, clock.now()])
          await session.runAll('commit')
        } catch (error) {
          await session.runAll('rollback').catch(() => {})
          throw error instanceof RookeryError && error.code === 'unavailable' ? error : refuse(id, error instanceof RookeryError ? String(error.details['reason'] ?? error.message) : (error as Error).message, error)
        }
        ran.push(id)
      }
      return ran
    })
  }
}
