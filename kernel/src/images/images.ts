import type { Sharp, SharpOptions } from 'sharp'
import { RookeryError } from '@rookery/sdk/protocol'
import { createBoundedQueue } from '../bounded-queue.ts'
import { loadSharp, openImage, type ImageSource } from './image-source.ts'
import { avatarPixels, initialsSvg } from './initials-avatar.ts'

export interface ImageFacts {
  /** As people see it: after the turn that its EXIF data ask for. */
  readonly width: number
  readonly height: number
  readonly format: string
  readonly hasAlpha: boolean
  /** Frames of an animation; 1 for a still image. */
  readonly pages: number
}

export interface Derivative {
  readonly bytes: Buffer
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp'
  readonly width: number
  readonly height: number
}

/**
 * Reads images and makes smaller ones, turned upright and without metadata. Throws `image_invalid` for what is no raster
 * image, `image_too_large` for more pixels than allowed, `unavailable` when too much waits.
 */
export interface Images {
  inspect(source: ImageSource): Promise<ImageFacts>
  /** At most 1920 wide; PNG where the image has transparency, else JPEG. */
  preview(source: ImageSource): Promise<Derivative>
  /** Fills 120 × 100, cutting what is outside; a smaller image stays as small. */
  thumbnail(source: ImageSource): Promise<Derivative>
  /** 16 × 16 JPEG of some hundred bytes, to show blurred while the image loads. */
  miniPreview(source: ImageSource): Promise<Buffer>
  /** 128 × 128 PNG. */
  avatar(source: Uint8Array): Promise<Buffer>
  /** The picture of a user who uploaded none, 128 × 128 PNG. */
  initialsAvatar(user: { readonly userId: string, readonly username: string }): Promise<Buffer>
  /** Fits into 128 × 128; animations stay so. Throws `emoji_image_invalid` and `emoji_too_large` (512 KiB, in or out). */
  emoji(source: Uint8Array): Promise<Derivative>
}

export interface ImagesOptions {
  readonly concurrency?: number
  readonly maximumQueue?: number
  /** Of all frames together. Mattermost's MaxImageResolution: 7680 × 4320. */
  readonly maximumPixels?: number
  readonly log: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void }
}

const previewWidth = 1920
// A JPEG has at most 65,535 lines, and nobody scrolls through a preview longer than this.
const previewHeight = 16_384
const emojiBytes = 512 * 1024
const timeLimitSeconds = 20

export function createImages({ concurrency = 2, maximumQueue = 100, maximumPixels = 33_177_600, log }: ImagesOptions): Images {
  const queue = createBoundedQueue({ concurrency, maximumQueue, typicalTaskMs: 300 })

  const decode = <Result>(source: ImageSource, options: SharpOptions, task: (image: Sharp) => Promise<Result>): Promise<Result> =>
    queue.run(async () => {
      try {
        return await task((await openImage(source, { limitInputPixels: maximumPixels, ...options })).timeout({ seconds: timeLimitSeconds }))
      } catch (error) {
        throw translate(error)
      } finally {
        if (typeof source !== 'string' && !(source instanceof Uint8Array)) source.destroy()
      }
    })

  const translate = (error: unknown): unknown => {
    if (error instanceof RookeryError || isOfTheSystem(error)) return error
    const reason = error instanceof Error ? error.message : String(error)
    if (/pixel limit|too large/i.test(reason)) return new RookeryError('image_too_large', {}, { cause: error })
    // Ordinary for uploads; a run of them may be an attack, or a decoder that broke.
    log.warn('An image could not be decoded', { reason: reason.slice(0, 200) })
    return new RookeryError('image_invalid', {}, { cause: error })
  }

  const encode = async (image: Sharp, hasAlpha: boolean): Promise<Derivative> => {
    const encoded = hasAlpha ? image.png({ compressionLevel: 8 }) : image.jpeg({ quality: 85 })
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true })
    return { bytes: data, format: hasAlpha ? 'png' : 'jpeg', width: info.width, height: info.height }
  }

  return {
    inspect: (source) => decode(source, {}, async (image) => {
      const { autoOrient, format, hasAlpha, pages } = await image.metadata()
      if (autoOrient.width * autoOrient.height > maximumPixels) throw new RookeryError('image_too_large')
      return { ...autoOrient, format, hasAlpha, pages: pages ?? 1 }
    }),
    preview: (source) => decode(source, {}, async (image) => {
      const resized = image.autoOrient().resize({ width: previewWidth, height: previewHeight, fit: 'inside', withoutEnlargement: true })
      return encode(resized, await isTransparent(image))
    }),
    thumbnail: (source) => decode(source, {}, async (image) => {
      const resized = image.autoOrient().resize({ width: 120, height: 100, fit: 'cover', withoutEnlargement: true })
      return encode(resized, await isTransparent(image))
    }),
    miniPreview: (source) => decode(source, {}, (image) =>
      image.autoOrient().resize({ width: 16, height: 16, fit: 'fill' }).flatten({ background: '#fff' }).jpeg({ quality: 70 }).toBuffer()),
    avatar: (source) => decode(source, {}, (image) =>
      image.autoOrient().resize({ width: avatarPixels, height: avatarPixels, fit: 'cover' }).png({ compressionLevel: 9 }).toBuffer()),
    initialsAvatar: (user) => queue.run(async () => (await loadSharp())(Buffer.from(initialsSvg(user))).png({ palette: true, colours: 64 }).toBuffer()),
    async emoji(source) {
      if (source.length > emojiBytes) throw new RookeryError('emoji_too_large')
      try {
        const made = await decode(source, { animated: true }, makeEmoji)
        if (made.bytes.length > emojiBytes) throw new RookeryError('emoji_too_large')
        return made
      } catch (error) {
        if (error instanceof RookeryError && error.code === 'image_invalid') throw new RookeryError('emoji_image_invalid', {}, { cause: error })
        if (error instanceof RookeryError && error.code === 'image_too_large') throw new RookeryError('emoji_too_large', {}, { cause: error })
        throw error
      }
    },
  }
}

async function makeEmoji(image: Sharp): Promise<Derivative> {
  const { format, pages = 1 } = await image.metadata()
  const resized = image.resize({ width: avatarPixels, height: avatarPixels, fit: 'inside', withoutEnlargement: true })
  const kept = pages > 1 && (format === 'gif' || format === 'webp') ? format : 'png'
  // Orientation is of still photographs; frames cannot be turned.
  const encoded = kept === 'png' ? resized.autoOrient().png({ compressionLevel: 9 }) : resized.toFormat(kept)
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true })
  return { bytes: data, format: kept, width: info.width, height: info.pageHeight ?? info.height }
}

/** What the header says would keep every PNG a PNG, photographs too; but looking at the pixels would decode twice. */
async function isTransparent(image: Sharp): Promise<boolean> {
  return (await image.metadata()).hasAlpha
}

/** A file that is not there or not readable is our fault, not that of an image. */
function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
