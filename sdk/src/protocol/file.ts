import { Type, type Static } from 'typebox'
import { defineOperation, defineStep } from './operation.ts'
import { At, Count, Fields, Id, OneOf, Text } from './schema.ts'

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

const FileId = Fields({ fileId: Id })

/** All bytes of a file have come, in one request or in parts; it is hashed and typed, and nobody sees it yet. */
export const filesCommit = defineStep({
  name: 'files.commit',
  input: Fields({
    channelId: Id, name: Type.String(), extension: Type.String(), sizeBytes: Count,
    /** By content. */
    mimeType: Type.String(),
    /** SHA-256 of the bytes, in hexadecimal digits. */
    hash: Type.String(),
  }),
})

export const filesUpload = defineOperation({
  name: 'files.upload',
  summary: 'Stores a file for a channel. It is its uploader\'s alone until a post takes it; what no post has taken is removed after a day.',
  kind: 'upload', capability: 'files:write', enters: ['files.commit'],
  input: Fields({ channelId: Id, name: Text(1024) }), output: FileInfo,
  errors: ['channel_not_found', 'channel_archived', 'file_empty', 'file_too_large', 'quota_reached', 'too_many_uploads'],
})

export const filesGet = defineOperation({
  name: 'files.get', summary: 'Reads what is known of a file.', safe: true, capability: 'files:read',
  input: FileId, output: FileInfo, errors: ['file_not_found'],
})

export const filesListOfPost = defineOperation({
  name: 'files.listOfPost', summary: 'Reads what is known of the files of a post, in their order.', safe: true, capability: 'files:read',
  input: Fields({ postId: Id, includeDeleted: Type.Optional(Type.Boolean()) }), output: Type.Array(FileInfo), errors: ['post_not_found'],
})

/** What a list of files is narrowed to. `text` is what is read: documents, code, mails. */
export const FileKind = OneOf('image', 'video', 'audio', 'text', 'other')
export type FileKind = Static<typeof FileKind>

export const filesListOfChannel = defineOperation({
  name: 'files.listOfChannel', summary: 'Lists the files that posts of a channel carry, the latest first.', safe: true, capability: 'files:read',
  input: Fields({ channelId: Id, kind: Type.Optional(FileKind), beforeFileId: Type.Optional(Id), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }),
  output: Type.Array(FileInfo), errors: ['channel_not_found'],
})

export const filesDownload = defineOperation({
  name: 'files.download', summary: 'Reads a file as it was uploaded.', kind: 'download', safe: true, capability: 'files:read',
  input: FileId, output: FileInfo, errors: ['file_not_found', 'range_not_satisfiable'],
})

export const filesPreview = defineOperation({
  name: 'files.preview', summary: 'Reads the preview of an image, at most 1920 pixels wide.', kind: 'download', safe: true, capability: 'files:read',
  input: FileId, output: FileInfo, errors: ['file_not_found', 'no_preview', 'range_not_satisfiable'],
})

export const filesThumbnail = defineOperation({
  name: 'files.thumbnail', summary: 'Reads the thumbnail of an image, at most 120 × 100 pixels.', kind: 'download', safe: true, capability: 'files:read',
  input: FileId, output: FileInfo, errors: ['file_not_found', 'no_thumbnail', 'range_not_satisfiable'],
})
