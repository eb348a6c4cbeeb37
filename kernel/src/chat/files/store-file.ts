import type { Readable } from 'node:stream'
import { RookeryError, type FileInfo, type InputOf, type filesCommit } from '@rookery/sdk/protocol'
import { detectionBytes, detectType } from '../../images/index.ts'
import { binary, sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { lockQuota } from '../quota.ts'
import { createDerivatives, previewKey, thumbnailKey } from './derivatives.ts'
import { cleanFileName } from './file-name.ts'
import { fileColumns } from './file-rows.ts'
import { measure } from './measured-stream.ts'
import { assertRoom, unattached } from './unattached-files.ts'
import { claimBlobs, forgetBlobs, noteBlobs } from './unclaimed-blobs.ts'

interface NewFile {
  readonly userId: string
  readonly channelId: string
  /** As the client tells it. */
  readonly name: string
  readonly stream: Readable
  /** Hears what the file is, and throws where it is not to be. */
  readonly judge: (file: InputOf<typeof filesCommit>) => Promise<void>
  /** What else is to happen when the file comes into being. */
  readonly alongside?: (transaction: Transaction) => Promise<void>
}

export interface FileStoring {
  store(file: NewFile): Promise<FileInfo>
}

/** Stores a file: its bytes first, its row when all of it is there. When it fails nothing is left. */
export function createFileStoring({ db, writer, files, images, settings, ids, clock }: Pick<ChatParts, 'db' | 'writer' | 'files' | 'images' | 'settings' | 'ids' | 'clock'>): FileStoring {
  const derivatives = createDerivatives({ files, images })

  return {
    async store({ userId, channelId, name: toldName, stream, judge, alongside }) {
      const id = ids.next()
      const name = cleanFileName(toldName)
      // Ids begin with the time, so their ends spread over folders.
      const storageKey = `attachments/${id.slice(-2)}/${id}`
      const keys = [storageKey, previewKey(storageKey), thumbnailKey(storageKey)]
      await noteBlobs(db, keys, clock.now())
      try {
        const { stream: measured, firstBytes } = measure(stream, { maximumBytes: settings.files.maximumBytes, firstBytes: detectionBytes, tooLarge: 'file_too_large' })
        const { bytes: sizeBytes, sha256 } = await files.write(storageKey, measured)
        if (sizeBytes === 0) throw new RookeryError('file_empty')
        const { mimeType, extension, isImage } = await detectType(firstBytes(), name)
        // It is hashed and typed, and nobody sees it yet.
        await judge({ channelId, name, extension, sizeBytes, mimeType, hash: sha256 })
        const image = isImage ? await derivatives.derive(storageKey, { sizeBytes, mimeType }) : undefined
        const now = clock.now()
        return await writer.write(async (transaction) => {
          await lockQuota(transaction, unattached, userId)
          await claimBlobs(transaction, keys)
          await alongside?.(transaction)
          const file = await transaction.one<FileInfo>(sql`
            insert into files as f (id, user_id, channel_id, create_at, update_at, name, extension, size_bytes, mime_type, sha256, width, height,
              has_preview, mini_preview, storage_key)
            values (${id}, ${userId}, ${channelId}, ${now}, ${now}, ${name}, ${extension}, ${sizeBytes}, ${mimeType}, ${sha256},
              ${image?.width ?? 0}, ${image?.height ?? 0}, ${image?.hasPreview ?? false}, ${image?.miniPreview ? binary(image.miniPreview) : null}, ${storageKey})
            returning ${fileColumns}`)
          await assertRoom(transaction, userId, settings)
          return file
        })
      } catch (error) {
        // What fails here as well is swept after a day.
        await Promise.allSettled(keys.map((key) => files.remove(key)))
        await forgetBlobs(db, keys).catch(() => {})
        throw error
      }
    },
  }
}
