import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { draftDeleted, draftSaved, draftsDelete, draftsList, draftsSave } from '@rookery/sdk/protocol'
import type { Attachment } from './attachments/attachment.ts'
import { useAttachments } from './attachments/attachments.ts'
import { useChannels } from './channels.ts'
import { useServer } from './client.ts'
import { mergeDraft, type DraftText, type ToldDraft } from './draft-text.ts'
import { useKept } from './kept/kept.ts'
import { useMyId } from './session.ts'
import { createTabs, type Tabs } from './tabs.ts'

const keyOf = (channelId: string, rootId: string): string => `${channelId}/${rootId}`
const snapshotName = 'drafts'

/** After the last key: a draft is no post, nobody waits for it. */
const savingMs = 1000
/** Other tabs save it where the one in which it was written is closed before. */
const standingInMs = 3000

/** What one tab tells the others. */
interface TabDraft { readonly key: string, readonly draft: DraftText | undefined, readonly isUnsaved: boolean }

/** What was begun and not sent. Kept in this browser at once, on the server a moment later, so it is on every device. */
export const useDrafts = defineStore('drafts', () => {
  const { client, live } = useServer()
  const kept = useKept()
  const channels = useChannels()
  const attachments = useAttachments()
  const myId = useMyId()
  const drafts = shallowReactive(new Map<string, DraftText>())
  /** Changed here and not yet on the server, deleted ones too; what comes from there must not overwrite them. */
  const unsaved = new Set<string>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let tabs: Tabs | undefined

  const keep = (): void => { kept.database().then((database) => database.put('snapshot', { drafts: [...drafts.values()], unsaved: [...unsaved] }, snapshotName)).catch(() => {}) }
  const take = (told: ToldDraft): void => {
    const key = keyOf(told.channelId, told.rootId)
    const merged = mergeDraft(drafts.get(key), told, unsaved.has(key))
    if (merged) drafts.set(key, merged)
  }
  /** What of it is only in this browser stays: a file on its way. */
  const takeDeletion = (key: string): void => {
    const known = drafts.get(key)
    if (!known || unsaved.has(key)) return
    const files = known.files.filter(({ fileId }) => fileId === '')
    if (files.length > 0) drafts.set(key, { ...known, message: '', files })
    else drafts.delete(key)
    keep()
  }
  const load = async (teamId: string): Promise<void> => {
    const before = new Map(drafts)
    const told = await client.run(draftsList, { userId: myId(), teamId })
    const there = new Set(told.map(({ channelId, rootId }) => keyOf(channelId, rootId)))
    for (const draft of told) take(draft)
    for (const [key, draft] of before) {
      const ownTeamId = channels.channels.get(draft.channelId)?.teamId
      if (!there.has(key) && drafts.get(key) === draft && (ownTeamId === teamId || ownTeamId === '')) takeDeletion(key)
    }
    keep()
  }
  const get = (channelId: string, rootId = ''): DraftText | undefined => drafts.get(keyOf(channelId, rootId))
  /** Channels in which something was begun, outside of threads. */
  const channelIds = computed(() => new Set([...drafts.values()].filter(({ rootId }) => rootId === '').map(({ channelId }) => channelId)))

  /** So many files of drafts are nowhere but in this browser. */
  const unsentFiles = computed(() => [...drafts.values()].flatMap(({ files }) => files).filter(({ fileId }) => fileId === '').length)

  /** Without the server too, all tabs show the same and keep the same. */
  const tell = (key: string): void => { tabs?.tell('draft', { key, draft: drafts.get(key), isUnsaved: unsaved.has(key) } satisfies TabDraft) }
  const hear = ({ key, draft, isUnsaved }: TabDraft): void => {
    // Saved is what it was then; somebody has gone on here.
    if (!isUnsaved && drafts.get(key)?.message !== draft?.message) return
    if (draft) drafts.set(key, draft)
    else drafts.delete(key)
    if (isUnsaved) {
      unsaved.add(key)
      saveLater(key, standingInMs)
    } else {
      unsaved.delete(key)
      forgetTimer(key)
    }
  }
  const forgetTimer = (key: string): void => {
    clearTimeout(timers.get(key))
    timers.delete(key)
  }
  const saveLater = (key: string, afterMs: number): void => {
    clearTimeout(timers.get(key))
    timers.set(key, setTimeout(() => { void save(key) }, afterMs))
  }
  const save = async (key: string): Promise<void> => {
    forgetTimer(key)
    const [channelId = '', rootId = ''] = key.split('/')
    const draft = drafts.get(key)
    const fileIds = draft?.files.flatMap(({ fileId }) => fileId || []) ?? []
    try {
      // A file that is still on its way is nothing yet to any other device.
      const saved = draft && (draft.message !== '' || fileIds.length > 0)
        ? await client.run(draftsSave, { channelId, rootId, message: draft.message, fileIds })
        : await client.run(draftsDelete, { userId: myId(), channelId, rootId }).then(() => undefined)
      if (drafts.get(key) !== draft) return
      unsaved.delete(key)
      // By the clock of the server, with which others compare.
      if (draft && saved) drafts.set(key, { ...draft, updateAt: saved.updateAt })
      keep()
      tell(key)
    } catch {
      // It stays in this browser and goes with the next change or connection.
    }
  }
  /** What was typed in the last moment is saved too. */
  const saveAll = async (): Promise<void> => { await Promise.all([...unsaved].map(save)) }
  const change = (key: string, draft: DraftText | undefined): void => {
    if (draft) drafts.set(key, draft)
    else if (!drafts.delete(key)) return
    unsaved.add(key)
    keep()
    tell(key)
    saveLater(key, savingMs)
  }
  const set = (channelId: string, rootId: string, changes: { message?: string, files?: readonly Attachment[] }): void => {
    const key = keyOf(channelId, rootId)
    const known = drafts.get(key)
    const message = changes.message ?? known?.message ?? ''
    const files = changes.files ?? known?.files ?? []
    change(key, message === '' && files.length === 0 ? undefined : { channelId, rootId, message, files, updateAt: Date.now() })
  }
  /** When the post is on its way: the server deletes the draft with it. */
  const forget = (channelId: string, rootId = ''): void => { change(keyOf(channelId, rootId), undefined) }

  const send = (channelId: string, rootId: string, key: string): void => {
    attachments.ensure(key).then((fileId) => {
      const files = get(channelId, rootId)?.files
      if (files?.some((file) => file.key === key)) set(channelId, rootId, { files: files.map((file) => (file.key === key ? { ...file, fileId } : file)) })
    }, () => {})
  }
  /** Keeps files with the draft and begins to send them. */
  const attach = async (channelId: string, rootId: string, files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const attachment = await attachments.add(channelId, file)
      set(channelId, rootId, { files: [...get(channelId, rootId)?.files ?? [], attachment] })
      send(channelId, rootId, attachment.key)
    }
  }
  const detach = (channelId: string, rootId: string, attachment: Attachment): void => {
    set(channelId, rootId, { files: (get(channelId, rootId)?.files ?? []).filter((file) => file !== attachment) })
    if (attachment.key) void attachments.remove(attachment.key)
  }
  const retry = (channelId: string, rootId: string, { key }: Attachment): void => { send(channelId, rootId, key) }
  /** Files whose way was cut by a reload or a lost connection. */
  const resume = (): void => {
    for (const { channelId, rootId, files } of drafts.values()) for (const { key, fileId } of files) if (key && !fileId && attachments.failures.get(key)?.isPassing !== false) send(channelId, rootId, key)
  }
  const restore = async (): Promise<void> => {
    tabs ??= createTabs(`rookery.drafts.${myId()}`)
    tabs.on('draft', (told) => { hear(told as TabDraft) })
    const told = await (await kept.database()).get('snapshot', snapshotName) as { drafts?: DraftText[], unsaved?: string[] } | undefined
    for (const key of told?.unsaved ?? []) unsaved.add(key)
    const restored = told?.drafts ?? []
    await Promise.all(restored.flatMap(({ files = [] }) => files.map((file) => attachments.restore(file))))
    for (const draft of restored) {
      const key = keyOf(draft.channelId, draft.rootId)
      // Another tab was faster.
      if (!drafts.has(key)) drafts.set(key, { ...draft, files: draft.files ?? [] })
    }
  }

  live.on(draftSaved, ({ draft }) => {
    if (draft.userId !== myId()) return
    take(draft)
    keep()
  })
  live.on(draftDeleted, ({ draft: { userId, channelId, rootId } }) => { if (userId === myId()) takeDeletion(keyOf(channelId, rootId)) })
  live.onConnection((isConnected) => {
    if (!isConnected) return
    void saveAll()
    resume()
  })
  return { drafts, channelIds, unsentFiles, restore, saveAll, load, get, set, forget, attach, detach, retry }
})
