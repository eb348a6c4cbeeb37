import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Sharp, SharpOptions } from 'sharp'
import { RookeryError } from '@rookery/sdk/protocol'
import { detectionBytes, detectType } from './file-type.ts'

/** A file by its path, a whole image, or a stream that is read once. */
export type ImageSource = string | Uint8Array | Readable

/** A large library that a server needs first when somebody sends a picture: it does not start later because of it. */
export const loadSharp = async (): Promise<typeof import('sharp').default> => (await import('sharp')).default

/**
 * Opens an image for decoding. Only what is a raster image by its content reaches the decoder: no SVG, whose renderer is
 * another kind of risk, and no format that nobody asked for.
 */
export async function openImage(source: ImageSource, options: SharpOptions): Promise<Sharp> {
  const settings: SharpOptions = { failOn: 'error', sequentialRead: true, ...options }
  if (typeof source === 'string') {
    await assertRaster(await firstBytesOf(source))
    return (await loadSharp())(source, settings)
  }
  if (source instanceof Uint8Array) {
    await assertRaster(source.subarray(0, detectionBytes))
    return (await loadSharp())(source, settings)
  }
  return openStream(source, settings)
}

async function assertRaster(firstBytes: Uint8Array): Promise<void> {
  const { isImage } = await detectType(firstBytes, '')
  if (!isImage) throw new RookeryError('image_invalid')
}

async function firstBytesOf(path: string): Promise<Uint8Array> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(detectionBytes), 0, detectionBytes, 0)
  return buffer.subarray(0, bytesRead)
}

async function openStream(source: Readable, settings: SharpOptions): Promise<Sharp> {
  const chunks: Buffer[] = []
  let length = 0
  const iterator = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  while (length < detectionBytes) {
    const { value, done } = await iterator.next()
    if (done) break
    chunks.push(value)
    length += value.length
  }
  try {
    await assertRaster(Buffer.concat(chunks))
  } catch (error) {
    source.destroy()
    throw error
  }
  const image = (await loadSharp())(settings)
  const whole = Readable.from((async function* () {
    yield* chunks
    for (;;) {
      const { value, done } = await iterator.next()
      if (done) return
      yield value
    }
  })(), { objectMode: false })
  whole.once('error', (error) => image.destroy(error))
  whole.pipe(image)
  return image
}
