import { Type, type Static } from 'typebox'
import { At, Count, Fields, Id } from './schema.ts'

/** What is known of a file; its bytes come by download. */
export const FileInfo = Fields({
  id: Id,
  userId: Id,
  channelId: Id,
  /** '' until a post takes the file. */
  postId: Type.String(),
  createAt: At,
  updateAt: At,
  deleteAt: At,
  name: Type.String(),
  /** Without a dot. */
  extension: Type.String(),
  sizeBytes: Count,
  /** By content, not by what the client said. */
  mimeType: Type.String(),
  width: Count,
  height: Count,
  hasPreview: Type.Boolean(),
  /** A tiny JPEG in base64 to show while the preview loads. */
  miniPreview: Type.Union([Type.String(), Type.Null()]),
})
export type FileInfo = Static<typeof FileInfo>
