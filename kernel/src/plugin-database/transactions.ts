import { RookeryError } from '@rookery/sdk/protocol'
import type { Homes } from './homes.ts'
import type { Session } from './sessions.ts'

/** A transaction that stays open between calls of a plugin: no longer than the invocation that began it. */
export interface OpenTransaction {
  readonly id: string
  readonly pluginId: string
  readonly invocationId: string
  readonly session: Session
  letters: number
}

export interface Transactions {
  begin(pluginId: string, invocationId: string): Promise<OpenTransaction>
  /** Throws `transaction_over`. */
  find(pluginId: string, invocationId: string, id: string): OpenTransaction
  commit(transaction: OpenTransaction): Promise<void>
  rollback(transaction: OpenTransaction): Promise<void>
  /** Rolls back what an invocation left open. */
  endOf(invocationId: string): void
  endOfPlugin(pluginId: string): void
}

/** However busy it is: others wait for what it has locked. */
const maximumMs = 10_000
const ended = `it was committed or rolled back, or took longer than ${maximumMs} milliseconds`

export function createTransactions({ homes }: { homes: Homes }): Transactions {
  const running = new Map<string, { readonly transaction: OpenTransaction, readonly timer: NodeJS.Timeout }>()
  let sequence = 0

  /** Nobody else ends it from now on. */
  const take = ({ id }: OpenTransaction): boolean => {
    const found = running.get(id)
    if (!found) return false
    clearTimeout(found.timer)
    return running.delete(id)
  }
  const rollback = async (transaction: OpenTransaction): Promise<void> => {
    if (!take(transaction)) return
    const { session } = transaction
    await session.runAll('rollback').then(() => { session.release() }, () => { session.release(true) })
  }
  const rollbackAll = (isMeant: (transaction: OpenTransaction) => boolean): void => {
    for (const { transaction } of running.values()) if (isMeant(transaction)) void rollback(transaction)
  }

  return {
    async begin(pluginId, invocationId) {
      const session = await homes.open(pluginId)
      try {
        await session.runAll('begin')
      } catch (error) {
        session.release(true)
        throw error
      }
      sequence += 1
      const transaction: OpenTransaction = { id: String(sequence), pluginId, invocationId, session, letters: 0 }
      running.set(transaction.id, { transaction, timer: setTimeout(() => { void rollback(transaction) }, maximumMs) })
      return transaction
    },
    find(pluginId, invocationId, id) {
      const transaction = running.get(id)?.transaction
      if (transaction?.pluginId === pluginId && transaction.invocationId === invocationId) return transaction
      throw new RookeryError('transaction_over', { reason: ended })
    },
    async commit(transaction) {
      if (!take(transaction)) throw new RookeryError('transaction_over', { reason: ended })
      const { session } = transaction
      try {
        const { command } = await session.run('commit')
        // After an error the server rolls back, whatever it is asked.
        if (command === 'ROLLBACK') throw new RookeryError('transaction_over', { reason: 'one of its statements failed' })
      } finally {
        session.release()
      }
    },
    rollback,
    endOf(invocationId) { rollbackAll((transaction) => transaction.invocationId === invocationId) },
    endOfPlugin(pluginId) { rollbackAll((transaction) => transaction.pluginId === pluginId) },
  }
}
