import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { draftDeleted, draftSaved, draftsDelete, draftsList, draftsSave } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useKept } from './kept/kept.ts'
import { useMyId } from './session.ts'

export interface DraftText { readonly channelId: string, readonly rootId: string, readonly message: string, readonly fileIds: readonly string[], readonly updateAt: number }

const keyOf = (channelId: string, rootId: string): string => `${channelId}/${rootId}`
const snapshotName = 'drafts'

/** After the last key: a draft is no post, nobody waits for it. */
const savingMs = 1000

/** What was begun and not sent. Kept in this browser at once, on the server a moment later, so it is on every device. */
export const useDrafts = defineStore('drafts', () => {
  const { client, live } = useServer()
  const kept = useKept()
  const myId = useMyId()
  const drafts = shallowReactive(new Map<string, DraftText>())
  /** Not yet on the server; what comes from there must not overwrite them. */
  const unsaved = new Set<string>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  const keep = (): void => { kept.database().then((database) => database.put('snapshot', [...drafts.values()], snapshotName)).catch(() => {}) }
  const restore = async (): Promise<void> => {
    const told = await (await kept.database()).get('snapshot', snapshotName) as DraftText[] | undefined
    for (const draft of told ?? []) drafts.set(keyOf(draft.channelId, draft.rootId), draft)
  }
  const load = async (teamId: string): Promise<void> => {
    for (const { channelId, rootId, message, fileIds, updateAt } of await client.run(draftsList, { userId: myId(), teamId })) {
      const key = keyOf(channelId, rootId)
      const known = drafts.get(key)
      if (!unsaved.has(key) && (!known || known.updateAt <= updateAt)) drafts.set(key, { channelId, rootId, message, fileIds, updateAt })
    }
  }
  const get = (channelId: string, rootId = ''): DraftText | undefined => drafts.get(keyOf(channelId, rootId))

  const save = async (key: string): Promise<void> => {
    clearTimeout(timers.get(key))
    timers.delete(key)
    const [channelId = '', rootId = ''] = key.split('/')
    const draft = drafts.get(key)
    try {
      if (draft) await client.run(draftsSave, { channelId, rootId, message: draft.message, fileIds: [...draft.fileIds] })
      else await client.run(draftsDelete, { userId: myId(), channelId, rootId })
      if (drafts.get(key) === draft) unsaved.delete(key)
    } catch {
      // It stays in this browser and goes with the next change or connection.
    }
  }
  const set = (channelId: string, rootId: string, { message, fileIds = [] }: { message: string, fileIds?: readonly string[] }): void => {
    const key = keyOf(channelId, rootId)
    if (message === '' && fileIds.length === 0) {
      if (!drafts.delete(key)) return
    } else drafts.set(key, { channelId, rootId, message, fileIds, updateAt: Date.now() })
    unsaved.add(key)
    keep()
    clearTimeout(timers.get(key))
    timers.set(key, setTimeout(() => { void save(key) }, savingMs))
  }
  /** When the post is on its way: the server deletes the draft with it. */
  const forget = (channelId: string, rootId = ''): void => { set(channelId, rootId, { message: '' }) }

  live.on(draftSaved, ({ draft: { userId, channelId, rootId, message, fileIds, updateAt } }) => {
    const key = keyOf(channelId, rootId)
    if (userId === myId() && !unsaved.has(key)) drafts.set(key, { channelId, rootId, message, fileIds, updateAt })
  })
  live.on(draftDeleted, ({ draft: { userId, channelId, rootId } }) => {
    const key = keyOf(channelId, rootId)
    if (userId === myId() && !unsaved.has(key)) drafts.delete(key)
  })
  live.onConnection((isConnected) => { if (isConnected) for (const key of unsaved) void save(key) })
  return { drafts, restore, load, get, set, forget }
})
