import type { FileInfo } from '@rookery/sdk/protocol'

export const fileShape = (file: FileInfo) => ({
  id: file.id,
  user_id: file.userId,
  ...(file.postId && { post_id: file.postId }),
  channel_id: file.channelId,
  create_at: file.createAt,
  update_at: file.updateAt,
  delete_at: file.deleteAt,
  name: file.name,
  extension: file.extension,
  size: file.sizeBytes,
  mime_type: file.mimeType,
  ...(file.width > 0 && { width: file.width, height: file.height }),
  ...(file.hasPreview && { has_preview_image: true }),
  mini_preview: file.miniPreview,
  remote_id: '',
  archived: false,
})
