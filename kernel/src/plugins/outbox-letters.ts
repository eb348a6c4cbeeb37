import { RookeryError } from '@rookery/sdk/protocol'
import type { OutboxLetter, Send } from '../plugin-database/index.ts'
import type { Database } from '../storage/index.ts'
import type { Bridge } from './bridge.ts'
import type { Attempt, Deliveries } from './deliveries/index.ts'
import { failureOf } from './failure.ts'
import type { Registry } from './registry.ts'

interface LettersDependencies {
  readonly db: Database
  readonly registry: Registry
  readonly deliveries: Deliveries
  readonly bridge: () => Pick<Bridge, 'carryOut' | 'mayCall'>
}

const maximumAttempts = 8

/** Does what plugins put into their outboxes; what fails is tried again apart from the others, as events and jobs are. */
export function createOutboxLetters({ db, registry, deliveries, bridge }: LettersDependencies): Send {
  const attempt = async (pluginId: string, { operation, input, key, causeDepth }: OutboxLetter): Promise<Attempt> => {
    const plugin = registry.all.get(pluginId)
    if (!plugin) return { kind: 'gone' }
    if (plugin.state !== 'enabled') return { kind: 'unavailable' }
    try {
      await bridge().carryOut(plugin, operation, input, { key, causeDepth })
      return { kind: 'done' }
    } catch (error) {
      if (error instanceof RookeryError && (error.code === 'plugin_over_quota' || error.code === 'unavailable')) return { kind: 'unavailable' }
      return failureOf(error)
    }
  }

  deliveries.handle('outbox', {
    maximumAttempts: () => maximumAttempts,
    mayTry: (plugin, operation) => bridge().mayCall(plugin, operation),
    attempt: (pluginId, _operation, letter) => attempt(pluginId, letter as OutboxLetter),
  })

  return async (pluginId, letter) => {
    const result = await attempt(pluginId, letter)
    if (result.kind === 'done' || result.kind === 'gone') return
    const failure = result.kind === 'failed' ? { reason: result.reason, attempts: 1 } : { reason: '', attempts: 0 }
    await db.transact((transaction) => deliveries.put(transaction, { pluginId, handler: `outbox ${letter.operation}`, key: letter.key, input: letter }, failure))
  }
}
