import { RookeryError, filesUpload } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import type { FileStoring } from './store-file.ts'

/** A file in one request. */
export function createFileUpload({ access, storing }: Pick<ChatParts, 'access'> & { readonly storing: FileStoring }): AnyImplementation {
  return implement(filesUpload, {
    async access(context, { channelId }) {
      const channel = await access.channel(context, channelId, 'upload_file')
      if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
      return channel
    },
    handle(context, { name }, channel, stream) {
      if (!stream) throw new RookeryError('file_empty')
      return storing.store({ userId: access.userId(context), channelId: channel.id, name, stream })
    },
  })
}
