import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { RookeryError, uploadsAppend, uploadsCreate, uploadsGet } from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'
import { failureOf, type Failure } from '../failure.ts'
import { useKept } from '../kept/kept.ts'
import { withLock } from '../lock.ts'
import { randomId } from '../random-id.ts'
import type { Attachment, KeptFile, Passage } from './attachment.ts'
import { createLine } from './line.ts'
import { transfer } from './transfer.ts'

/** What no draft and no post names any more and is older is thrown away. */
const keptMs = 7 * 86_400_000
/** Files that are on their way at the same time. */
const maximumAtOnce = 2

/** The bytes of files that people attach: kept in this browser first, then sent, forgotten when their post has arrived. */
export const useAttachments = defineStore('attachments', () => {
  const { client, live } = useServer()
  const kept = useKept()
  /** By key. */
  const passages = shallowReactive(new Map<string, Passage>())
  const failures = shallowReactive(new Map<string, Failure>())
  const running = new Map<string, { readonly work: Promise<string>, readonly abort: AbortController }>()
  /** Where the browser keeps nothing (full, or private), this page does. */
  const unkept = new Map<string, KeptFile>()
  const addresses = new Map<string, string>()
  const queue: (() => void)[] = []
  const line = createLine()
  let underWay = 0

  const read = async (key: string): Promise<KeptFile | undefined> => unkept.get(key) ?? await kept.database().then((database) => database.get('files', key)).catch(() => undefined)
  const write = async (file: KeptFile): Promise<void> => {
    if (unkept.has(file.key)) unkept.set(file.key, file)
    else await kept.database().then((database) => database.put('files', file)).catch(() => { unkept.set(file.key, file) })
  }
  const remove = async (key: string): Promise<void> => {
    running.get(key)?.abort.abort()
    passages.delete(key)
    failures.delete(key)
    unkept.delete(key)
    const address = addresses.get(key)
    if (address) URL.revokeObjectURL(address)
    addresses.delete(key)
    await kept.database().then((database) => database.delete('files', key)).catch(() => {})
  }

  const inTurn = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (underWay >= maximumAtOnce) await new Promise<void>((resolve) => { queue.push(resolve) })
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
      queue.shift()?.()
    }
  }
  const send = async (key: string, signal: AbortSignal): Promise<string> => {
    // Another tab may have sent it while this one waited.
    const file = await read(key)
    if (!file) throw new RookeryError('file_not_found')
    if (file.fileId) return file.fileId
    const { bytes, channelId, name } = file
    let uploadId = file.uploadId
    const stored = await transfer(bytes, uploadId, signal, {
      begin: async () => (await line.askAgain(signal, (limits) => client.run(uploadsCreate, { channelId, name, sizeBytes: bytes.size }, limits))).id,
      look: async (id) => (await line.askAgain(signal, (limits) => client.run(uploadsGet, { uploadId: id }, limits))).offsetBytes,
      async append(id, part) {
        const { upload, file: complete } = await line.ask(signal, (limits) => client.upload(uploadsAppend, { uploadId: id }, part, limits))
        return { offsetBytes: upload.offsetBytes, file: complete }
      },
      async onBegin(id) {
        uploadId = id
        await write({ ...file, uploadId })
      },
      onProgress(sentBytes) { if (!signal.aborted) passages.set(key, { sentBytes, isUnderWay: true }) },
      now: () => performance.now(),
    })
    await write({ ...file, uploadId, fileId: stored.id })
    return stored.id
  }
  /** Sends it, if that has not happened: answers the id of the file. One tab at a time works on one file. */
  const ensure = (key: string): Promise<string> => {
    const known = running.get(key)
    if (known) return known.work
    const abort = new AbortController()
    failures.delete(key)
    passages.set(key, { sentBytes: passages.get(key)?.sentBytes ?? 0, isUnderWay: true })
    const work = inTurn(() => withLock(`rookery.file.${key}`, abort.signal, () => send(key, abort.signal))).then(
      (fileId) => {
        passages.delete(key)
        return fileId
      },
      (error: unknown) => {
        if (!abort.signal.aborted) {
          passages.set(key, { sentBytes: passages.get(key)?.sentBytes ?? 0, isUnderWay: false })
          failures.set(key, failureOf(error))
        }
        throw error
      },
    ).finally(() => { running.delete(key) })
    running.set(key, { work, abort })
    return work
  }

  /** Keeps the bytes; nothing is sent yet. */
  const add = async (channelId: string, file: File): Promise<Attachment> => {
    const key = randomId(32)
    const mimeType = file.type || 'application/octet-stream'
    await write({ key, channelId, name: file.name, mimeType, bytes: file, uploadId: '', fileId: '', addedAt: Date.now() })
    if (mimeType.startsWith('image/')) addresses.set(key, URL.createObjectURL(file))
    return { key, fileId: '', name: file.name, sizeBytes: file.size, mimeType }
  }
  /** After a reload: the picture of a file whose bytes are here. */
  const restore = async ({ key, mimeType }: Attachment): Promise<void> => {
    if (!mimeType.startsWith('image/') || addresses.has(key)) return
    const file = await read(key)
    if (file) addresses.set(key, URL.createObjectURL(file.bytes))
  }
  const pictureOf = ({ key, fileId, mimeType }: Attachment): string => {
    const own = addresses.get(key)
    if (own) return own
    return fileId && mimeType.startsWith('image/') && mimeType !== 'image/svg+xml' ? `/api/v1/files.thumbnail?fileId=${fileId}` : ''
  }
  /** What the server has forgotten is sent again. */
  const restart = async (key: string): Promise<void> => {
    const file = await read(key)
    if (file) await write({ ...file, uploadId: '', fileId: '' })
  }
  /** Throws away what nobody needs. */
  const sweep = async (needed: ReadonlySet<string>): Promise<void> => {
    const database = await kept.database()
    for (const key of await database.getAllKeys('files')) {
      if (needed.has(key)) continue
      const file = await database.get('files', key)
      if (file && file.addedAt < Date.now() - keptMs) await database.delete('files', key)
    }
  }
  live.onConnection((isConnected) => { if (isConnected) line.renew() })
  return { passages, failures, add, restore, ensure, restart, remove, pictureOf, sweep }
})
