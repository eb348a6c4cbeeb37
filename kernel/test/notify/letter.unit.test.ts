import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { asLine, writeLetter } from '../../src/notify/letter.ts'

const letter = { to: 'ada@example.org', locale: 'en', subject: 'Hello', paragraphs: ['One', 'Two'], action: { label: 'Open', url: 'https://chat.example.org/x?a=1&b=2' }, closing: 'Why' }

describe('a letter', () => {
  it('says the same in plain text and in HTML', () => {
    const { subject, text, html } = writeLetter(letter)
    equal(subject, 'Hello')
    equal(text, 'One\n\nTwo\n\nOpen:\nhttps://chat.example.org/x?a=1&b=2\n\n--\nWhy\n')
    for (const said of ['One', 'Two', '>Open<', 'Why', 'href="https://chat.example.org/x?a=1&#38;b=2"', '<html lang="en" dir="ltr">']) match(html, new RegExp(said.replace(/[?.]/g, '\\$&')))
  })

  it('runs from right to left where its language does', () => {
    match(writeLetter({ ...letter, locale: 'ar' }).html, /<html lang="ar" dir="rtl">/)
    match(writeLetter({ ...letter, locale: 'de-AT' }).html, /<html lang="de" dir="ltr">/)
    match(writeLetter({ ...letter, locale: '"><script>' }).html, /<html lang="en" dir="ltr">/)
  })

  it('is no way for what people write into headers or HTML', () => {
    deepEqual([asLine('a\r\nBcc: x@y.z\0\u2028b'), asLine('x'.repeat(1000)).length, asLine('👩‍👩‍👧'.repeat(100)).length > 0], ['a Bcc: x@y.z b', 150, true])
    const { subject, html, text } = writeLetter({ ...letter, subject: 'a\nBcc: b', paragraphs: ['<img src=x onerror=alert(1)>"\'&', 'bell\u0007'], action: { label: '<b>', url: 'https://x/"><script>' } })
    equal(subject, 'a Bcc: b')
    doesNotMatch(html, /<img|<script|<b>/)
    doesNotMatch(text, /\u0007/)
  })
})
