import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { contentDisposition } from '../../src/doors/index.ts'
import { cleanFileName } from '../../src/chat/files/file-name.ts'

describe('names of files', () => {
  it('are never paths, never too long, never empty, and cleaning them twice changes nothing', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 })), (told) => {
      const name = cleanFileName(told)
      ok(name !== '' && Buffer.byteLength(name) <= 255 && !/[/\\\p{Cc}\u202e]/u.test(name) && name.isWellFormed())
      equal(cleanFileName(name), name)
    }))
  })

  it('travel in a header that nothing can break out of', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (name) => {
      const header = contentDisposition('attachment', name)
      ok(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.~%-]*$/.test(header), header)
      equal(header.split('"').length, 3)
      equal(decodeURIComponent(header.split("UTF-8''")[1]!), name.toWellFormed())
    }))
    equal(contentDisposition('inline', 'a b.txt'), "inline; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt")
  })
})
