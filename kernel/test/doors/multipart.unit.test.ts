import { deepEqual, equal, rejects } from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { readMultipart, type MultipartLimits } from '../../src/doors/index.ts'

const type = 'multipart/form-data; boundary=xyz'
const crlf = (...lines: string[]): string => lines.join('\r\n')
const field = (name: string, value: string): string => crlf('--xyz', `Content-Disposition: form-data; name="${name}"`, '', value, '')
const file = (disposition: string, content: string): string => crlf('--xyz', `Content-Disposition: form-data; name="files"; ${disposition}`, 'Content-Type: image/png', '', content, '')
const end = '--xyz--\r\n'

/** The body in pieces of `size` bytes. */
const pieces = (body: string | Buffer, size: number): Readable => {
  const bytes = Buffer.from(body as string)
  return Readable.from((function* () { for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size) })(), { objectMode: false })
}

async function read(source: Readable, limits?: MultipartLimits, contentType = type): Promise<string[][]> {
  const found: string[][] = []
  for await (const part of readMultipart(source, contentType, limits)) {
    found.push(part.kind === 'field' ? [part.name, part.value] : [part.name, part.fileName, (await buffer(part.stream)).toString('utf8')])
  }
  return found
}

describe('multipart', () => {
  it('is read alike however it is cut into chunks, in any script', async () => {
    const body = field('channel_id', 'نقاش 漢字 🐦') + file('filename="صورة %22من%22 العطلة.png"', '漢\r\n--xy\r\n--') + file("filename=\"a.png\"; filename*=UTF-8''%E6%BC%A2.png", '') + file('filename="a\\"b\\\\c"', 'x')
      + field('client_ids', '') + end
    const expected = [['channel_id', 'نقاش 漢字 🐦'], ['files', 'صورة "من" العطلة.png', '漢\r\n--xy\r\n--'], ['files', '漢.png', ''], ['files', 'a"b\\c', 'x'], ['client_ids', '']]
    for (const size of [1, 2, 3, 5, 7, 16, 100, 10_000]) deepEqual(await read(pieces(body, size)), expected, `in pieces of ${size}`)
    deepEqual(await read(pieces(`preamble\r\n${body}epilogue`, 9), {}, 'Multipart/Form-Data; charset=x; boundary="xyz"'), expected)
    deepEqual(await read(pieces('--xyz--', 3)), [])
  })

  it('skips what nobody wanted of a file', async () => {
    const body = file('filename="one"', 'x'.repeat(500_000)) + file('filename="two"', 'y'.repeat(10)) + field('after', 'z') + end
    const names: string[] = []
    for await (const part of readMultipart(pieces(body, 60_000), type)) {
      names.push(part.name)
      if (part.kind === 'file') for await (const chunk of part.stream) { equal(typeof chunk, 'object'); break }
    }
    deepEqual(names, ['files', 'files', 'after'])
  })

  it('asks for no more than is consumed, and lets the sender finish when the reader stops', async () => {
    let sent = 0
    const source = new Readable({
      read() {
        sent += 1
        this.push(sent === 1 ? Buffer.from(file('filename="large"', '').slice(0, -2)) : sent > 300 ? null : Buffer.alloc(65_536, 'x'))
      },
    })
    for await (const part of readMultipart(source, type)) {
      if (part.kind !== 'file') continue
      const iterator = part.stream.iterator({ destroyOnReturn: false })
      await iterator.next()
      equal(sent < 20, true, `sent ${sent}`)
      break
    }
    await new Promise((resolve) => { source.once('end', resolve) })
    equal(sent, 301)
  })

  it('refuses what is not well formed or too much, by a sentence', async () => {
    const refused: [string, string, RegExp, MultipartLimits?, string?][] = [
      ['no boundary', '', /content type multipart/, {}, 'multipart/form-data'],
      ['another type', '', /content type text/, {}, 'text/plain; boundary=xyz'],
      ['nothing', '', /ends before its last boundary/],
      ['a long preamble', 'x'.repeat(50_000), /before the first part/],
      ['a part that does not end', file('filename="a"', 'x').slice(0, -4), /ends before its last boundary/],
      ['a header without end', `--xyz\r\nContent-Disposition: ${'x'.repeat(50_000)}`, /header of a part is longer/],
      ['headers without end', `--xyz\r\n${'X-A: b\r\n'.repeat(50_000)}`, /header of a part is longer/],
      ['no disposition', '--xyz\r\nA: b\r\n\r\nx\r\n--xyz--', /Content-Disposition/],
      ['no name', '--xyz\r\nContent-Disposition: form-data; x="y"\r\n\r\nx\r\n--xyz--', /no name/],
      ['text behind a boundary', '--xyzzy\r\n\r\n--xyz--', /followed by text/],
      ['a long field', field('note', 'x'.repeat(5000)) + end, /field note is longer than 1000 bytes/, { maximumFieldBytes: 1000 }],
      ['many parts', field('a', 'b').repeat(4) + end, /more than 3 parts/, { maximumParts: 3 }],
      ['a bad encoding', file("filename*=UTF-8''%E6%BC", 'x') + end, /not well encoded/],
    ]
    for (const [what, body, message, limits, contentType] of refused) await rejects(read(pieces(body, 1000), limits, contentType), { name: 'RookeryError', message }, what)
  })

  it('tells the reader of a file when the sender goes away', async () => {
    const source = new Readable({ read() {} })
    source.push(file('filename="half"', 'half').slice(0, -2))
    const reading = (async () => {
      for await (const part of readMultipart(source, type)) if (part.kind === 'file') await rejects(buffer(part.stream), /broke off/)
    })()
    setImmediate(() => { source.destroy(new Error('aborted')) })
    await rejects(reading, { message: /broke off/ })
  })
})
