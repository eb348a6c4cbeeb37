import type { StoredFileInfo } from '../../auth/index.ts'
import { sql, type Database } from '../../storage/index.ts'

/** A file as the protocol shows it, from `files f`. */
export const fileColumns = sql.fragment`
  f.id, f.user_id as "userId", f.channel_id as "channelId", f.post_id as "postId", f.create_at as "createAt", f.update_at as "updateAt",
  f.delete_at as "deleteAt", f.name, f.extension, f.size_bytes as "sizeBytes", f.mime_type as "mimeType", f.width, f.height,
  f.has_preview as "hasPreview", replace(encode(f.mini_preview, 'base64'), E'\\n', '') as "miniPreview"`

const loadFile = {
  name: 'file_with_key',
  text: `select file_value(f) as info, f.storage_key as "storageKey", f.sha256 from files f left join posts p on p.id = f.post_id
    where f.id = $1 and f.delete_at = 0 and coalesce(p.delete_at, 0) = 0`,
}

/** A file that has not been deleted, nor its post. */
export async function selectFile(db: Database, id: string): Promise<StoredFileInfo | undefined> {
  const [row] = await db.hot<{ info: StoredFileInfo, storageKey: string, sha256: string }>({ ...loadFile, values: [id] })
  return row && { ...row.info, storageKey: row.storageKey, sha256: row.sha256 }
}
