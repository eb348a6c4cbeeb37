import { defineStore } from 'pinia'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { User } from '@rookery/sdk/protocol'
import type { KeptFile } from '../attachments/attachment.ts'
import type { OutgoingPost } from '../outgoing/outgoing-post.ts'
import { screenName } from './snapshot.ts'

/** What a browser keeps of one account: posts on their way, and what was on the screen. */
export interface KeptSchema extends DBSchema {
  /** In the order in which they were written, by all tabs. */
  outgoing: { key: number, value: OutgoingPost, indexes: { pendingId: string } }
  /** Bytes of what is attached to drafts and to posts on their way. */
  files: { key: string, value: KeptFile }
  /** By the name of the part; see snapshot.ts. */
  snapshot: { key: string, value: unknown }
}

const accountKey = 'rookery.account'
/** What is known beside the database about whoever is signed in: not how this browser likes to show things. */
const personal = /^rookery\.(?:account$|last|recent|before|held|unread)/

/** The database of the account that is signed in. It is erased when that account signs out. */
export const useKept = defineStore('kept', () => {
  let name = ''
  let database: Promise<IDBPDatabase<KeptSchema>> | undefined
  const close = (): void => {
    database?.then((open) => { open.close() }, () => {})
    database = undefined
  }
  const leave = async (): Promise<{ open: IDBPDatabase<KeptSchema> | undefined, erased: string }> => {
    const [closing, erased] = [database, name]
    database = undefined
    name = ''
    return { open: await closing?.catch(() => undefined), erased }
  }
  return {
    open(userId: string): void {
      if (name === `rookery.${userId}`) return
      close()
      name = `rookery.${userId}`
      database = openDB<KeptSchema>(name, 2, {
        upgrade(fresh, oldVersion) {
          if (oldVersion < 2) fresh.createObjectStore('files', { keyPath: 'key' })
          if (oldVersion >= 1) return
          fresh.createObjectStore('outgoing', { autoIncrement: true }).createIndex('pendingId', 'pendingId', { unique: true })
          fresh.createObjectStore('snapshot')
        },
        // A tab with a newer version must not wait for this one.
        blocking: close,
      })
    },
    database(): Promise<IDBPDatabase<KeptSchema>> {
      if (!database) return Promise.reject(new Error('Nobody is signed in'))
      return database
    },
    /** Whoever was signed in last, so that a page that opens offline knows for whom. */
    account(): User | undefined {
      const text = localStorage.getItem(accountKey)
      return text ? JSON.parse(text) as User : undefined
    },
    rememberAccount(user: User): void { localStorage.setItem(accountKey, JSON.stringify(user)) },
    /** When the account signs out: nothing of it stays. */
    async erase(): Promise<void> {
      for (const storage of [localStorage, sessionStorage]) for (const key of Object.keys(storage)) if (personal.test(key)) storage.removeItem(key)
      const { open, erased } = await leave()
      if (!open) return
      await Promise.all([open.clear('outgoing'), open.clear('snapshot'), open.clear('files')])
      open.close()
      indexedDB.deleteDatabase(erased)
    },
    /** When the session has ended by itself: what others wrote goes; what its owner wrote and nobody has yet waits for them. */
    async forget(): Promise<void> {
      localStorage.removeItem(accountKey)
      const { open } = await leave()
      await open?.delete('snapshot', screenName)
      open?.close()
    },
  }
})
