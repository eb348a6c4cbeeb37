import assert from 'node:assert/strict'
import fc from 'fast-check'
import sharp from 'sharp'
import { detectType } from '../../src/images/index.ts'
import { growthOf } from '../../../test/harness/cpu-time.ts'

const pixel = sharp({ create: { width: 2, height: 2, channels: 4, background: '#f00' } })
const typeOf = async (content: string | Uint8Array, name = ''): Promise<string> => {
  const { mimeType, extension, isImage, isInlineSafe } = await detectType(typeof content === 'string' ? Buffer.from(content) : content, name)
  return [mimeType, extension, isImage ? 'image' : '', isInlineSafe ? 'inline' : ''].filter((part) => part !== '').join(' ')
}
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le')

describe('the type of a file', () => {
  it('follows its content, not its name', async () => {
    assert.equal(await typeOf(await pixel.clone().png().toBuffer(), 'x.html'), 'image/png png image inline')
    assert.equal(await typeOf(await pixel.clone().jpeg().toBuffer(), 'x.jpeg'), 'image/jpeg jpeg image inline')
    assert.equal(await typeOf(await pixel.clone().webp().toBuffer()), 'image/webp webp image inline')
    assert.equal(await typeOf(await pixel.clone().avif().toBuffer()), 'image/avif avif image inline')
    assert.equal(await typeOf('%PDF-1.7\n', 'x.png'), 'application/pdf pdf')
    assert.equal(await typeOf('just text', 'x.png'), 'text/plain txt inline')
    assert.equal(await typeOf(new Uint8Array([1, 2, 3, 0, 0]), 'data.BIN'), 'application/octet-stream bin')
    assert.equal(await typeOf('', ''), 'text/plain txt inline')
  })

  it('is refined by the name where the content leaves it open', async () => {
    assert.equal(await typeOf('{"a":1}', 'a.json'), 'application/json json')
    assert.equal(await typeOf('a,b', 'a.csv'), 'text/csv csv')
    assert.equal(await typeOf('# title', 'README.md'), 'text/markdown md')
    assert.equal(await typeOf('some notes', 'a.weird'), 'text/plain weird inline')
    assert.equal(await typeOf('alert(1)', 'a.js'), 'text/javascript js')
    assert.equal(await typeOf('plain words', 'a.html'), 'text/html html')
    assert.equal(await typeOf('grüße'.repeat(2000), 'a.txt'), 'text/plain txt inline')
    const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex')
    assert.equal(await typeOf(zip, 'a.docx'), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document docx')
    assert.equal(await typeOf(zip, 'a.png'), 'application/zip zip')
  })

  it('is never safe to show for HTML and SVG, however they are wrapped', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for (const content of [
      svg, `\uFEFF  ${svg}`, `<?xml version="1.0"?>\n<!-- x --><!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY a "b">]>${svg}`, `<SVG>`, '<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
      utf16(svg), '<?xml version="1.0"?><x><svg xmlns="http://www.w3.org/2000/svg"/></x>', '<x xmlns:s="http://www.w3.org/2000/svg"/>',
    ]) assert.equal(await typeOf(content, 'a.png'), 'image/svg+xml svg', String(content))
    for (const content of [
      '<!DOCTYPE html><p>', '<html>', ' \n<script>alert(1)</script>', '<!-- x --><body onload=x>', '<IMG src=x>', '<a href=x>', utf16('<html>'), '<!-- only',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', '<?php?><html>',
    ]) assert.equal((await typeOf(content, 'a.txt')).split(' ')[0], 'text/html', String(content))
    assert.equal(await typeOf('<?xml version="1.0"?><a/>', 'a.xml'), 'application/xml xml')
    assert.equal(await typeOf(svg, 'a.svg'), 'image/svg+xml svg')
  })

  it('is told of any bytes, without throwing', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (bytes, name) => { await detectType(bytes, name) }))
  })

  it('is told of awkward beginnings in linear time', async () => {
    for (const piece of ['<!---->', '<??>', '<!doctype a>', '<a ', '<!-- ', '<!doctype [']) {
      const growth = await growthOf((size) => typeOf(piece.repeat(size)), 10_000)
      assert.ok(growth < 10, `${piece}: four times the size takes ${growth} times as long`)
    }
  })
})
