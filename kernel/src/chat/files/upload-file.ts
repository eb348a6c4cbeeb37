import { RookeryError, filesCommit, filesUpload } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import type { FileStoring } from './store-file.ts'
import { assertRoom } from './unattached-files.ts'

/** A file in one request. */
export function createFileUpload({ db, access, settings, ways, storing }: Pick<ChatParts, 'db' | 'access' | 'settings' | 'ways'> & { readonly storing: FileStoring }): AnyImplementation {
  const uploading = ways(filesUpload)
  return implement(filesUpload, {
    async access(context, { channelId }) {
      const channel = await access.channel(context, channelId, 'upload_file')
      if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
      return { channel }
    },
    async handle(context, { name }, accessed, stream) {
      if (!stream) throw new RookeryError('file_empty')
      const userId = access.userId(context)
      await assertRoom(db, userId, settings, { count: 1, bytes: 1 })
      return storing.store({ userId, channelId: accessed.channel.id, name, stream, judge: (input) => uploading.ask(filesCommit, context, { input, accessed }) })
    },
  })
}
