import type { FileInfo } from '@rookery/sdk/protocol'

export type FileKind = 'image' | 'video' | 'audio' | 'other'

/** Those that browsers draw and that cannot hold scripts. */
const drawn = /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/
const played = { video: /^video\/(?:mp4|webm|ogg|quicktime)$/, audio: /^audio\/(?:mpeg|mp4|ogg|wav|wave|x-wav|webm|flac|x-flac|aac|x-m4a)$/ } as const

export function fileKindOf({ mimeType, width, height }: Pick<FileInfo, 'mimeType' | 'width' | 'height'>): FileKind {
  const type = mimeType.split(';', 1)[0]?.toLowerCase() ?? ''
  if (drawn.test(type)) return width > 0 && height > 0 ? 'image' : 'other'
  return played.video.test(type) ? 'video' : played.audio.test(type) ? 'audio' : 'other'
}

export const downloadOf = ({ id }: Pick<FileInfo, 'id'>): string => `/api/v1/files.download?fileId=${id}`
/** What is shown in a message: made smaller where the server did so. */
export const previewOf = ({ id, hasPreview }: Pick<FileInfo, 'id' | 'hasPreview'>): string => (hasPreview ? `/api/v1/files.preview?fileId=${id}` : downloadOf({ id }))

/** How large a picture is drawn, in pixels: known before it is loaded, so that nothing moves when it comes. */
export function drawnSize({ width, height }: Pick<FileInfo, 'width' | 'height'>, maximum: { readonly width: number, readonly height: number }): { width: number, height: number } {
  const scale = Math.min(1, maximum.width / width, maximum.height / height)
  // A line of one pixel could not be hit.
  return { width: Math.max(32, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) }
}
