/** A file of a draft, or of a post on its way. */
export interface Attachment {
  /** Under which this browser keeps its bytes; '' where it was added elsewhere. */
  readonly key: string
  /** '' until the server has all of it. */
  readonly fileId: string
  readonly name: string
  readonly sizeBytes: number
  readonly mimeType: string
}

/** Its bytes and how far they are, kept in the browser until its post has arrived. */
export interface KeptFile {
  readonly key: string
  readonly channelId: string
  readonly name: string
  readonly mimeType: string
  readonly bytes: Blob
  /** '' before the server was told that it comes. */
  readonly uploadId: string
  readonly fileId: string
  readonly addedAt: number
}

/** How a file is on its way. */
export interface Passage {
  readonly sentBytes: number
  readonly isUnderWay: boolean
}
