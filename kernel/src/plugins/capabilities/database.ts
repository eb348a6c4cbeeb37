import { Type } from 'typebox'
import { Fields, limitsOf, RookeryError, Text } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { DatabaseCaller, PluginDatabase } from '../../plugin-database/index.ts'
import { createReach } from '../reach.ts'
import { capabilityMethod, type CapabilityCall, type CapabilityMethod } from './capability-method.ts'

const capability = 'db'
const transfer = 'bytes read or written'
const Statement = Fields({
  parts: Type.Array(Text(20_000), { minItems: 1, maxItems: 1001 }),
  values: Type.Array(Type.Union([Fields({ value: Type.Unknown() }), Fields({ readable: Type.Literal(true) })]), { maxItems: 1000 }),
})
const transaction = Text(32)
const maximumStatements = 100
const maximumInputLength = 64 * 1024

/** A transaction has a connection, for which others that want to begin one are waiting. */
const isWithin = (input: unknown): boolean => typeof (input as { transaction?: unknown } | null)?.transaction === 'string'

interface DatabaseMethodsDependencies {
  readonly database: PluginDatabase
  readonly access: Access
  /** Throws where the plugin may not call an operation. */
  readonly assertCallable: (call: CapabilityCall, operation: string) => void
}

/** Tables of a plugin's own. */
export function createDatabaseMethods({ database, access, assertCallable }: DatabaseMethodsDependencies): CapabilityMethod[] {
  const callerOf = ({ plugin, invocation: { id, trigger }, quota }: CapabilityCall): DatabaseCaller => ({
    pluginId: plugin.id, invocationId: id, maximumMegabytes: limitsOf(plugin.manifest).databaseMegabytes,
    onBytes(bytes) { quota.spend(transfer, bytes) },
    readable: async () => {
      if (trigger?.actor.kind !== 'user') return []
      return access.readableChannelIds({ ...trigger, actor: { ...trigger.actor, plugin: createReach(plugin, false) } })
    },
  })
  return [
    capabilityMethod({
      name: 'db.query', capability, goesAhead: isWithin, input: Fields({ statement: Statement, transaction: Type.Optional(transaction) }),
      handle(call, input) {
        call.quota.take(transfer, 0)
        return database.query(callerOf(call), input.statement, input.transaction)
      },
    }),
    capabilityMethod({
      name: 'db.batch', capability, input: Fields({ statements: Type.Array(Statement, { maxItems: maximumStatements }) }),
      handle(call, { statements }) {
        call.quota.take(transfer, 0)
        return database.batch(callerOf(call), statements)
      },
    }),
    capabilityMethod({ name: 'db.begin', capability, input: Fields({}), handle: (call) => database.begin(callerOf(call)) }),
    capabilityMethod({
      name: 'db.enqueue', capability, goesAhead: isWithin,
      input: Fields({ transaction, operation: Text(64), input: Type.Record(Text(100), Type.Unknown()), key: Text(200, { minLength: 1, pattern: '^[^\\u0000]*$' }) }),
      async handle(call, { transaction: id, operation, input, key }) {
        assertCallable(call, operation)
        if (JSON.stringify(input).length > maximumInputLength) throw new RookeryError('body_too_large', { limitBytes: maximumInputLength })
        await database.enqueue(callerOf(call), id, { key, operation, input, causeDepth: call.invocation.causeDepth })
        return null
      },
    }),
    capabilityMethod({
      name: 'db.commit', capability, goesAhead: isWithin, input: Fields({ transaction }),
      async handle(call, input) {
        await database.commit(callerOf(call), input.transaction)
        return null
      },
    }),
    capabilityMethod({
      name: 'db.rollback', capability, goesAhead: isWithin, input: Fields({ transaction }),
      async handle(call, input) {
        await database.rollback(callerOf(call), input.transaction)
        return null
      },
    }),
  ]
}
