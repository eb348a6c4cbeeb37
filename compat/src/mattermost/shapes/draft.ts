import type { Draft } from '@rookery/sdk/protocol'
import { fileShape } from './file.ts'

export const draftShape = (draft: Draft) => ({
  create_at: draft.createAt,
  update_at: draft.updateAt,
  delete_at: 0,
  user_id: draft.userId,
  channel_id: draft.channelId,
  root_id: draft.rootId,
  message: draft.message,
  ...(draft.type && { type: draft.type }),
  props: draft.props,
  ...(draft.fileIds.length > 0 && { file_ids: draft.fileIds }),
  metadata: draft.files.length > 0 ? { files: draft.files.map(fileShape) } : {},
  ...(Object.keys(draft.priority).length > 0 && { priority: draft.priority }),
})
