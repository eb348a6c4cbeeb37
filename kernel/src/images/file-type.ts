import { fileTypeFromBuffer } from 'file-type'
import mimeTypes from 'mime-types'
import { sniffText } from './text-type.ts'

export interface DetectedType {
  readonly mimeType: string
  /** In lower case, without the dot; empty where neither content nor name tells one. */
  readonly extension: string
  /** A raster image of which previews can be made. */
  readonly isImage: boolean
  /** A browser may show it inside of our origin. All else is served as an attachment. */
  readonly isInlineSafe: boolean
}

/** So many bytes from the start of a file tell its type. */
export const detectionBytes = 8192

const previewable: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/apng', 'image/gif', 'image/webp', 'image/avif', 'image/tiff'])

const inlineSafe: ReadonlySet<string> = new Set([
  'image/jpeg', 'image/png', 'image/apng', 'image/gif', 'image/webp', 'image/avif', 'image/bmp',
  'video/mp4', 'video/webm', 'video/quicktime', 'video/ogg', 'audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/opus', 'audio/wav',
  'audio/flac', 'audio/webm', 'text/plain',
])

// Containers whose first bytes may not tell what they hold. There the name may, within the family.
const families: Readonly<Record<string, ReadonlySet<string>>> = {
  'application/zip': new Set(['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'epub', 'jar', 'apk', 'xpi']),
  'application/x-cfb': new Set(['doc', 'xls', 'ppt', 'msg', 'msi', 'vsd']),
}

/** The type of a file by its content. What the client said is not asked; the name only refines what the content leaves open. */
export async function detectType(firstBytes: Uint8Array, fileName: string): Promise<DetectedType> {
  const bytes = firstBytes.subarray(0, detectionBytes)
  const named = extensionOf(fileName)
  const found = await binaryType(bytes)
  if (found !== undefined && found.mime !== 'application/xml') {
    const mimeType = found.mime.split(';')[0]!
    if (families[mimeType]?.has(named)) return describe(mimeTypes.lookup(named) || mimeType, named)
    return describe(mimeType, mimeTypes.lookup(named) === mimeType ? named : found.ext)
  }
  const text = sniffText(bytes)
  if (text === null) return describe('application/octet-stream', named)
  if (text !== 'text/plain') return describe(text, mimeTypes.lookup(named) === text ? named : mimeTypes.extension(text) || 'txt')
  const wanted = mimeTypes.lookup(named)
  return wanted !== false && isTextType(wanted) ? describe(wanted, named) : describe('text/plain', wanted === false && named !== '' ? named : 'txt')
}

/** Whether a browser may show content of this type inside of our origin. */
export const isInlineSafe = (mimeType: string): boolean => inlineSafe.has(mimeType)

function describe(mimeType: string, extension: string): DetectedType {
  return { mimeType, extension, isImage: previewable.has(mimeType), isInlineSafe: isInlineSafe(mimeType) }
}

function extensionOf(fileName: string): string {
  return /\.([a-z0-9]{1,16})$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''
}

function isTextType(mimeType: string): boolean {
  return mimeType.startsWith('text/') || mimeTypes.charset(mimeType) === 'UTF-8' || /[+/](?:json|xml|yaml|toml|sql)$/.test(mimeType)
}

async function binaryType(bytes: Uint8Array): Promise<{ readonly mime: string, readonly ext: string } | undefined> {
  try {
    return await fileTypeFromBuffer(bytes, { maxBufferSize: detectionBytes * 2 })
  } catch {
    // A header that announces more than there is: nothing is known of such a file.
    return undefined
  }
}
