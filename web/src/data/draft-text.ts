import type { Draft } from '@rookery/sdk/protocol'
import type { Attachment } from './attachments/attachment.ts'

export interface DraftText {
  readonly channelId: string
  readonly rootId: string
  readonly message: string
  readonly files: readonly Attachment[]
  /** Of the server's clock once it is saved there. */
  readonly updateAt: number
}

export type ToldDraft = Pick<Draft, 'channelId' | 'rootId' | 'message' | 'files' | 'fileIds' | 'updateAt'>

/**
 * A draft as another device left it: the newest counts. Undefined where the own one stays as it is. Files that this
 * browser has not yet sent are part of neither text and stay.
 */
export function mergeDraft(known: DraftText | undefined, told: ToldDraft, isUnsaved: boolean): DraftText | undefined {
  if (isUnsaved || (known && known.updateAt > told.updateAt)) return undefined
  const { channelId, rootId, message, updateAt } = told
  const own = known?.files ?? []
  const files = told.fileIds.flatMap((fileId): Attachment[] => {
    const here = own.find((file) => file.fileId === fileId)
    const info = told.files.find(({ id }) => id === fileId)
    return here ? [here] : info ? [{ key: '', fileId, name: info.name, sizeBytes: info.sizeBytes, mimeType: info.mimeType }] : []
  })
  return { channelId, rootId, message, files: [...files, ...own.filter(({ fileId }) => fileId === '')], updateAt }
}
