import type { IDBPDatabase } from 'idb'
import type { KeptSchema } from '../kept/kept.ts'
import type { OutgoingPost } from './outgoing-post.ts'

/** Where posts wait, in the order in which they were written. All tabs of an account share it. */
export interface OutgoingStorage {
  list(): Promise<OutgoingPost[]>
  add(post: OutgoingPost): Promise<void>
  change(post: OutgoingPost): Promise<void>
  remove(pendingId: string): Promise<void>
}

export function createOutgoingStorage(open: () => Promise<IDBPDatabase<KeptSchema>>): OutgoingStorage {
  return {
    list: async () => (await open()).getAll('outgoing'),
    async add(post) { await (await open()).add('outgoing', post) },
    async change(post) {
      const transaction = (await open()).transaction('outgoing', 'readwrite')
      const key = await transaction.store.index('pendingId').getKey(post.pendingId)
      if (key !== undefined) await transaction.store.put(post, key)
      await transaction.done
    },
    async remove(pendingId) {
      const transaction = (await open()).transaction('outgoing', 'readwrite')
      const key = await transaction.store.index('pendingId').getKey(pendingId)
      if (key !== undefined) await transaction.store.delete(key)
      await transaction.done
    },
  }
}
