import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { RookeryError } from '@rookery/sdk/protocol'
import { createBoundedQueue } from '../../bounded-queue.ts'
import type { Images } from '../../images/index.ts'
import type { FileStore } from '../../storage/index.ts'

/** Images above this size are kept without previews: an image is decoded as a whole, and two may be at a time. */
const maximumImageBytes = 48 * 1024 * 1024

export const previewKey = (storageKey: string): string => `${storageKey}.preview`
export const thumbnailKey = (storageKey: string): string => `${storageKey}.thumbnail`

export interface ImageFacts {
  readonly width: number
  readonly height: number
  readonly hasPreview: boolean
  readonly miniPreview: Buffer | null
}

export interface Derivatives {
  /** Measures a stored image and stores its preview and thumbnail. What cannot be decoded is a file like any other. */
  derive(storageKey: string, file: { sizeBytes: number, mimeType: string }): Promise<ImageFacts>
}

const none: ImageFacts = { width: 0, height: 0, hasPreview: false, miniPreview: null }

/**
 * Makes what clients ask for as soon as a post shows: before the upload is answered, so nobody finds it missing. The
 * queue bounds how many images are in memory; when it is full a file goes without.
 */
export function createDerivatives({ files, images }: { files: FileStore, images: Images }): Derivatives {
  const queue = createBoundedQueue({ concurrency: 2, maximumQueue: 64, typicalTaskMs: 500 })
  const make = async (storageKey: string, mimeType: string): Promise<ImageFacts> => {
    const bytes = await buffer(await files.read(storageKey))
    const facts = await images.inspect(bytes)
    const preview = await images.preview(bytes)
    const [thumbnail, miniPreview] = await Promise.all([images.thumbnail(preview.bytes), images.miniPreview(preview.bytes)])
    await files.write(previewKey(storageKey), Readable.from([preview.bytes]))
    await files.write(thumbnailKey(storageKey), Readable.from([thumbnail.bytes]))
    // Clients show a GIF that moves by itself; its preview would stand still.
    const isMoving = mimeType === 'image/gif' && facts.pages > 1
    return { width: facts.width, height: facts.height, hasPreview: !isMoving, miniPreview }
  }
  return {
    async derive(storageKey, { sizeBytes, mimeType }) {
      if (sizeBytes > maximumImageBytes) return none
      try {
        return await queue.run(() => make(storageKey, mimeType))
      } catch (error) {
        if (error instanceof RookeryError) return none
        throw error
      }
    },
  }
}
