import { RookeryError, filesDownload, filesGet, filesListOfChannel, filesListOfPost, filesPreview, filesThumbnail, type Channel, type ErrorCode, type FileInfo, type FileKind } from '@rookery/sdk/protocol'
import type { StoredFileInfo } from '../../auth/index.ts'
import { detectType } from '../../images/index.ts'
import { implement, type AnyImplementation, type Context, type Download } from '../../operations/index.ts'
import { sql, type SqlFragment } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { previewKey, thumbnailKey } from './derivatives.ts'
import { fileColumns } from './file-rows.ts'

/** The bytes of a file never change, and only whoever could read it has them: a month. */
const maximumAgeSeconds = 2_592_000

const text = sql.fragment`(f.mime_type like 'text/%' or f.mime_type in ('application/pdf', 'application/json', 'application/msword', 'application/rtf')
  or f.mime_type like 'application/vnd.%document%' or f.mime_type like 'application/vnd.%sheet%' or f.mime_type like 'application/vnd.%presentation%')`
const ofKind: Readonly<Record<FileKind, SqlFragment>> = {
  image: sql.fragment`f.mime_type like 'image/%'`, video: sql.fragment`f.mime_type like 'video/%'`, audio: sql.fragment`f.mime_type like 'audio/%'`, text,
  other: sql.fragment`not (f.mime_type like 'image/%' or f.mime_type like 'video/%' or f.mime_type like 'audio/%' or ${text})`,
}

const infoOf = ({ storageKey: _storageKey, sha256: _sha256, ...info }: StoredFileInfo): FileInfo => info

/** Reading files as somebody. */
export function createFileReading({ db, access, directory, files }: Pick<ChatParts, 'db' | 'access' | 'directory' | 'files'>): AnyImplementation[] {
  /** A smaller image made from the file, which may be of another type. */
  const derivative = async (file: StoredFileInfo, key: string, kind: string, missing: ErrorCode): Promise<Download<FileInfo>> => {
    const sizeBytes = await files.size(key)
    if (sizeBytes === undefined) throw new RookeryError(missing)
    const first = await files.read(key, { start: 0, end: 63 })
    const chunks: Buffer[] = []
    for await (const chunk of first) chunks.push(chunk as Buffer)
    const { mimeType, extension } = await detectType(Buffer.concat(chunks), '')
    return {
      value: infoOf(file), sizeBytes, mimeType, fileName: `${file.name.replace(/\.[^.]{1,16}$/, '')}.${extension}`, version: `${file.sha256.slice(0, 32)}-${kind}`,
      maximumAgeSeconds, open: (range) => files.read(key, range),
    }
  }
  /** With its channel, so that whoever takes part knows where that is. */
  const fileOf = async (context: Context, { fileId }: { fileId: string }): Promise<{ file: StoredFileInfo, channel: Channel | undefined }> => {
    const file = await access.file(context, fileId)
    return { file, channel: await directory.channels.get(file.channelId) }
  }
  return [
    implement(filesGet, { access: fileOf, handle: (_context, _input, { file }) => infoOf(file) }),
    implement(filesListOfPost, {
      async access(context, { postId, includeDeleted = false }) {
        if (includeDeleted) access.system(context, 'manage_system')
        return access.post(context, postId, 'read_channel_content', { includeDeleted })
      },
      handle: (_context, { includeDeleted = false }, { post }) => db.any<FileInfo>(sql`
        select ${fileColumns} from posts p join files f on f.id = any (p.file_ids) and f.post_id = p.id
        where p.id = ${post.id} and (f.delete_at = 0 or ${includeDeleted}) order by array_position(p.file_ids, f.id)`),
    }),
    implement(filesListOfChannel, {
      access: async (context, { channelId }) => ({ channel: await access.channel(context, channelId, 'read_channel_content') }),
      handle: (_context, { kind, beforeFileId, limit = 60 }, { channel: { id } }) => db.any<FileInfo>(sql`
        select ${fileColumns} from files f join posts p on p.id = f.post_id and p.delete_at = 0
        where f.channel_id = ${id} and f.post_id <> '' and f.delete_at = 0 and ${kind ? ofKind[kind] : sql.fragment`true`}
          and ${beforeFileId ? sql.fragment`(f.create_at, f.id) < (select b.create_at, b.id from files b where b.id = ${beforeFileId} and b.channel_id = ${id})` : sql.fragment`true`}
        order by f.create_at desc, f.id desc limit ${limit}`),
    }),
    implement(filesDownload, {
      access: fileOf,
      handle: (_context, _input, { file }) => ({
        value: infoOf(file), sizeBytes: file.sizeBytes, mimeType: file.mimeType, fileName: file.name, version: file.sha256.slice(0, 32),
        maximumAgeSeconds, open: (range) => files.read(file.storageKey, range),
      }),
    }),
    implement(filesPreview, { access: fileOf, handle: (_context, _input, { file }) => derivative(file, previewKey(file.storageKey), 'preview', 'no_preview') }),
    implement(filesThumbnail, { access: fileOf, handle: (_context, _input, { file }) => derivative(file, thumbnailKey(file.storageKey), 'thumbnail', 'no_thumbnail') }),
  ]
}
