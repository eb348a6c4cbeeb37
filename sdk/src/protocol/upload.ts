import { Type, type Static } from 'typebox'
import { FileInfo } from './file.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Fields, Id, Text } from './schema.ts'

/** A file that comes in several requests; what broke off goes on where it stands. */
export const Upload = Fields({ id: Id, userId: Id, channelId: Id, createAt: At, name: Type.String(), sizeBytes: Count, offsetBytes: Count })
export type Upload = Static<typeof Upload>

export const uploadsCreate = defineOperation({
  name: 'uploads.create', summary: 'Announces a file of a known size that will come in parts. It is kept for a day.', capability: 'files:write', enters: ['files.upload'],
  input: Fields({ channelId: Id, name: Text(1024), sizeBytes: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }), output: Upload,
  errors: ['channel_not_found', 'channel_archived', 'file_too_large', 'quota_reached'],
})

export const uploadsGet = defineOperation({
  name: 'uploads.get', summary: 'Tells where an upload stands.', safe: true, capability: 'files:write',
  input: Fields({ uploadId: Id }), output: Upload, errors: ['upload_not_found'],
})

export const uploadsList = defineOperation({
  name: 'uploads.list', summary: 'Lists the caller\'s uploads that are not complete.', safe: true, capability: 'files:write', input: Fields({}), output: Type.Array(Upload),
})

export const uploadsAppend = defineOperation({
  name: 'uploads.append',
  summary: 'Adds bytes where the upload stands. What came before a connection broke is kept. The last part answers the file.',
  kind: 'upload', capability: 'files:write', enters: ['files.commit'],
  input: Fields({ uploadId: Id }), output: Fields({ upload: Upload, file: Type.Union([FileInfo, Type.Null()]) }),
  errors: ['upload_not_found', 'upload_moved_on', 'channel_archived', 'file_too_large', 'quota_reached', 'too_many_uploads'],
})
