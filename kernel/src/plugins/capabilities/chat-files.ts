import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { Fields, filesDownload, filesUpload, Id, RookeryError, Text } from '@rookery/sdk/protocol'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const transfer = 'bytes read or written'
/** A call may not be much larger, and it is base64 there. */
const maximumBytes = 2 * 1024 * 1024

/** Bytes of files in channels: streams do not reach an isolate, parts do. */
export const createChatFileMethods = (): CapabilityMethod[] => [
  capabilityMethod({
    name: 'files.read', capability: 'files:read', isUnordered: true,
    input: Fields({ fileId: Id, start: Type.Optional(Type.Integer({ minimum: 0 })), length: Type.Optional(Type.Integer({ minimum: 1, maximum: maximumBytes })) }),
    async handle({ dispatch, quota }, { fileId, start = 0, length = maximumBytes }) {
      quota.take(transfer, 0)
      const { value, sizeBytes, open } = await dispatch(filesDownload, { fileId })
      const end = Math.min(start + length, sizeBytes) - 1
      const bytes = end < start ? Buffer.alloc(0) : Buffer.concat(await (await open({ start, end })).toArray() as Buffer[])
      quota.spend(transfer, bytes.length)
      return { file: value, base64: bytes.toString('base64') }
    },
  }),
  capabilityMethod({
    name: 'files.create', capability: 'files:write', input: Fields({ channelId: Id, name: Text(1024), base64: Text(Math.ceil(maximumBytes * 4 / 3) + 4) }),
    handle({ dispatch, quota }, { base64, ...input }) {
      quota.take(transfer, base64.length)
      const bytes = Buffer.from(base64, 'base64')
      if (bytes.length > maximumBytes) throw new RookeryError('body_too_large', { limitBytes: maximumBytes })
      return dispatch(filesUpload, input, Readable.from([bytes]))
    },
  }),
]
