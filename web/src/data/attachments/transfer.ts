import { RookeryError, type FileInfo } from '@rookery/sdk/protocol'

export interface TransferParts {
  /** Answers the id of the upload. */
  begin(): Promise<string>
  /** Answers how many bytes the server has. */
  look(uploadId: string): Promise<number>
  append(uploadId: string, bytes: Blob): Promise<{ readonly offsetBytes: number, readonly file: FileInfo | null }>
  /** Told before any byte is sent, so that a reload goes on from here. */
  onBegin(uploadId: string): Promise<void>
  onProgress(sentBytes: number): void
  now(): number
}

const firstPartBytes = 256 * 1024
const smallestPartBytes = 64 * 1024
const maximumPartBytes = 8 * 1024 * 1024
/** A part that takes longer is felt where it must be sent again; a shorter one wastes its request. */
const wantedPartMs = 1500

/**
 * Sends a file in parts, from where an earlier attempt came to; answers what the server stored. Parts grow and shrink
 * with the line. Throws what the server answers; what was sent is not lost by that.
 */
export async function transfer(bytes: Blob, known: string, signal: AbortSignal, { begin, look, append, onBegin, onProgress, now }: TransferParts): Promise<FileInfo> {
  const beginAnew = async (): Promise<string> => {
    const uploadId = await begin()
    await onBegin(uploadId)
    return uploadId
  }
  // What the server does not remember any more begins anew.
  const found = known === '' ? undefined : await look(known).catch((error: unknown) => { if (isGone(error)) return undefined; throw error })
  const uploadId = found === undefined ? await beginAnew() : known
  let offset = found ?? 0
  let partBytes = firstPartBytes
  let maximumBytes = maximumPartBytes
  onProgress(offset)
  for (;;) {
    signal.throwIfAborted()
    const startedAt = now()
    const end = Math.min(bytes.size, offset + partBytes)
    try {
      const { offsetBytes, file } = await append(uploadId, bytes.slice(offset, end))
      onProgress(offsetBytes)
      if (file) return file
      offset = offsetBytes
      partBytes = Math.min(maximumBytes, Math.max(smallestPartBytes, Math.round(partBytes * Math.min(4, wantedPartMs / Math.max(1, now() - startedAt)))))
    } catch (error) {
      // Proxies take less at once than the server does.
      if (isTooLarge(error) && end - offset > smallestPartBytes) maximumBytes = partBytes = Math.floor((end - offset) / 2)
      else if (!hasMovedOn(error)) throw error
      offset = await look(uploadId)
    }
  }
}

/** Another request has added to it, or this one has in part: the server knows where it stands. */
export const hasMovedOn = (error: unknown): boolean => error instanceof RookeryError && error.code === 'upload_moved_on'
const isTooLarge = (error: unknown): boolean => error instanceof RookeryError && error.code === 'body_too_large'
const isGone = (error: unknown): boolean => error instanceof RookeryError && error.code === 'upload_not_found'
