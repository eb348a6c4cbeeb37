import { Readable } from 'node:stream'
import { filesCommit, filesUpload, RookeryError, uploadsAppend, uploadsCreate, uploadsGet, uploadsList, type Channel, type Upload } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { lockQuota } from '../quota.ts'
import { cleanFileName } from './file-name.ts'
import { measure } from './measured-stream.ts'
import type { FileStoring } from './store-file.ts'
import { assertRoom, unattached } from './unattached-files.ts'
import { claimBlobs, forgetBlobs, noteBlobs, releaseBlobs } from './unclaimed-blobs.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'files' | 'settings' | 'ids' | 'clock' | 'ways'> & { readonly storing: FileStoring }
interface UploadRow extends Upload { readonly partKeys: string[] }

const maximumParts = 1000

const uploadColumns = sql.fragment`
  u.id, u.user_id as "userId", u.channel_id as "channelId", u.create_at as "createAt", u.name, u.size_bytes as "sizeBytes", u.offset_bytes as "offsetBytes"`

const uploadOf = ({ partKeys: _partKeys, ...upload }: UploadRow): Upload => upload

/**
 * Files in several requests. Each part is stored under its own key, and counts when its row says so; two requests that
 * add to the same place cannot both win. The last part puts the file together.
 */
export function createUploads({ db, writer, access, files, settings, ids, clock, ways, storing }: Parts): AnyImplementation[] {
  const [announcing, appending] = [ways(uploadsCreate), ways(uploadsAppend)]
  const open = async (context: Context, channelId: string): Promise<{ channel: Channel }> => {
    const channel = await access.channel(context, channelId, 'upload_file')
    if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
    return { channel }
  }
  const find = async (context: Context, { uploadId }: { uploadId: string }): Promise<UploadRow> => {
    const upload = await db.maybeOne<UploadRow>(sql`
      select ${uploadColumns}, u.part_keys as "partKeys" from uploads u where u.id = ${uploadId} and u.user_id = ${access.userId(context)}`)
    if (!upload) throw new RookeryError('upload_not_found')
    return upload
  }

  /** Keeps what comes, also when it breaks off, and answers the upload as it then stands. */
  const append = async (upload: UploadRow, stream: Readable): Promise<UploadRow> => {
    if (upload.partKeys.length >= maximumParts) throw new RookeryError('invalid_input', { field: 'body', reason: `an upload has at most ${maximumParts} parts` })
    await assertRoom(db, upload.userId, settings, { count: 0, bytes: 1 })
    const key = `uploads/${upload.id.slice(-2)}/${upload.id}.${ids.next()}`
    await noteBlobs(db, [key], clock.now())
    const { stream: measured } = measure(untilItBreaks(stream), { maximumBytes: upload.sizeBytes - upload.offsetBytes, firstBytes: 0, tooLarge: 'file_too_large' })
    try {
      return await claim(upload, key, (await files.write(key, measured)).bytes)
    } catch (error) {
      // What fails here as well is swept after a day.
      await files.remove(key).then(() => forgetBlobs(db, [key])).catch(() => {})
      throw error
    }
  }

  /** Makes stored bytes a part of the upload. */
  const claim = (upload: UploadRow, key: string, bytes: number): Promise<UploadRow> =>
    writer.write(async (transaction) => {
      await lockQuota(transaction, unattached, upload.userId)
      await claimBlobs(transaction, [key])
      const moved = await transaction.maybeOne<UploadRow>(sql`
        update uploads u set offset_bytes = u.offset_bytes + ${bytes}, part_keys = array_append(u.part_keys, ${key})
        where u.id = ${upload.id} and u.offset_bytes = ${upload.offsetBytes} and cardinality(u.part_keys) = ${upload.partKeys.length}
        returning ${uploadColumns}, u.part_keys as "partKeys"`)
      if (!moved) throw new RookeryError('upload_moved_on')
      await assertRoom(transaction, upload.userId, settings)
      return moved
    })

  const close = async (transaction: Transaction, { id, partKeys }: UploadRow): Promise<void> => {
    const { rowCount } = await transaction.query(sql`delete from uploads where id = ${id}`)
    if (rowCount === 0) throw new RookeryError('upload_not_found')
    await releaseBlobs(transaction, partKeys)
  }

  async function* joined(keys: readonly string[]): AsyncGenerator<Buffer> {
    for (const key of keys) yield* await files.read(key) as AsyncIterable<Buffer>
  }

  return [
    implement(uploadsCreate, {
      access: (context, { channelId }) => open(context, channelId),
      async handle(context, { channelId, name, sizeBytes }, accessed) {
        await announcing.ask(filesUpload, context, { input: { channelId, name }, accessed })
        const { maximumBytes } = settings.files
        if (sizeBytes > maximumBytes) throw new RookeryError('file_too_large', { limitBytes: maximumBytes })
        const userId = access.userId(context)
        return db.transact(async (transaction) => {
          await lockQuota(transaction, unattached, userId)
          const upload = await transaction.one<Upload>(sql`
            insert into uploads as u (id, user_id, channel_id, create_at, name, size_bytes)
            values (${ids.next()}, ${userId}, ${channelId}, ${clock.now()}, ${cleanFileName(name)}, ${sizeBytes}) returning ${uploadColumns}`)
          await assertRoom(transaction, userId, settings)
          return upload
        })
      },
    }),
    implement(uploadsGet, { access: find, handle: (_context, _input, upload) => uploadOf(upload) }),
    implement(uploadsList, {
      access: (context) => access.userId(context),
      handle: (_context, _input, userId) => db.any<Upload>(sql`select ${uploadColumns} from uploads u where u.user_id = ${userId} order by u.id limit 1000`),
    }),
    implement(uploadsAppend, {
      async access(context, input) {
        const upload = await find(context, input)
        return { upload, channel: (await open(context, upload.channelId)).channel }
      },
      async handle(context, _input, { upload, channel }, stream) {
        const isComplete = upload.offsetBytes === upload.sizeBytes
        const now = isComplete || !stream ? upload : await append(upload, stream)
        if (now.offsetBytes < now.sizeBytes) return { upload: uploadOf(now), file: null }
        const { userId, channelId, name, partKeys } = now
        const file = await storing.store({
          userId, channelId, name, stream: Readable.from(joined(partKeys), { objectMode: false }), alongside: (transaction) => close(transaction, now),
          async judge(input) {
            try {
              await appending.ask(filesCommit, context, { input, accessed: { channel } })
            } catch (error) {
              // What is refused would be refused again. Where it cannot be judged now, it waits.
              if (error instanceof RookeryError && error.status < 500) await db.transact((transaction) => close(transaction, now))
              throw error
            }
          },
        })
        return { upload: uploadOf(now), file }
      },
    }),
  ]
}

/** A line that breaks is the end of this part, not of the upload. */
function untilItBreaks(source: Readable): Readable {
  async function* received(): AsyncGenerator<Buffer> {
    try {
      yield* source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
    } catch {
      // The client asks where the upload stands and goes on from there.
    }
  }
  return Readable.from(received(), { objectMode: false })
}
