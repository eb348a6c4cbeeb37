import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { RookeryError, type FileInfo } from '@rookery/sdk/protocol'
import { readEmojiTable } from '../../build/emoji-table.ts'
import { createLine } from '../../src/data/attachments/line.ts'
import { transfer, type TransferParts } from '../../src/data/attachments/transfer.ts'
import { problemOf, readDialog, submissionOf } from '../../src/data/dialog-form.ts'
import { mergeDraft, type DraftText, type ToldDraft } from '../../src/data/draft-text.ts'
import { createEmojiIndex } from '../../src/data/emoji/emoji-index.ts'
import { namesOf, withUse } from '../../src/data/emoji/recent-emoji.ts'

describe('the way of a file', () => {
  const bytes = new Blob([new Uint8Array(1_000_000)])
  const stored = { id: 'f' } as FileInfo
  function createServer({ has = 0, refuse = () => undefined as Error | undefined } = {}): TransferParts & { offset: number, begun: number, asked: number, told: number[] } {
    const server = {
      offset: has, begun: 0, asked: 0, told: [] as number[],
      async begin() { server.begun += 1; server.offset = 0; return 'new' },
      async look() { server.asked += 1; return server.offset },
      async append(_id: string, part: Blob) {
        const error = refuse()
        if (error) throw error
        server.offset += part.size
        return { offsetBytes: server.offset, file: server.offset === bytes.size ? stored : null }
      },
      async onBegin() {},
      onProgress(sent: number) { server.told.push(sent) },
      now: () => 0,
    }
    return server
  }

  it('goes in parts, and from where it broke off', async () => {
    const fresh = createServer()
    equal((await transfer(bytes, '', new AbortController().signal, fresh)).id, 'f')
    equal(fresh.begun, 1)
    ok(fresh.told.length > 2 && fresh.told.at(-1) === bytes.size)
    const broken = createServer({ has: 600_000 })
    await transfer(bytes, 'known', new AbortController().signal, broken)
    deepEqual([broken.begun, broken.told[0]], [0, 600_000])
  })

  it('begins anew where the server has forgotten it, asks again where it moved on, and tells every other refusal', async () => {
    const forgetful = { ...createServer(), look: async () => { throw new RookeryError('upload_not_found') } }
    await transfer(bytes, 'old', new AbortController().signal, forgetful)
    let once = true
    const moved = createServer({ refuse: () => (once ? (once = false, new RookeryError('upload_moved_on')) : undefined) })
    await transfer(bytes, '', new AbortController().signal, moved)
    equal(moved.asked, 1)
    await rejects(transfer(bytes, '', new AbortController().signal, createServer({ refuse: () => new RookeryError('channel_archived') })), { code: 'channel_archived' })
  })

  it('goes in smaller parts where a proxy takes no larger ones, and gives up where it takes none', async () => {
    const server = createServer()
    const narrow = (maximumBytes: number): TransferParts => ({
      ...server,
      append: (id, part) => (part.size > maximumBytes ? Promise.reject(new RookeryError('body_too_large', { limitBytes: maximumBytes })) : server.append(id, part)),
    })
    equal((await transfer(bytes, '', new AbortController().signal, narrow(100_000))).id, 'f')
    await rejects(transfer(bytes, '', new AbortController().signal, narrow(1000)), { code: 'body_too_large' })
  })

  it('goes on from where it stands when the line is back, and does not wait for what hangs on the old one', async () => {
    const server = createServer()
    const line = createLine()
    const abort = new AbortController()
    let hangs = 1
    /** The first request of each kind is never answered; the line comes back while it waits. */
    const orHang = <Value>(signal: AbortSignal | undefined, answer: () => Promise<Value>): Promise<Value> => {
      hangs -= 1
      if (hangs < 0) return answer()
      setImmediate(() => { line.renew() })
      return new Promise((_resolve, reject) => { signal?.addEventListener('abort', () => { reject(signal.reason as Error) }) })
    }
    const file = await transfer(bytes, '', abort.signal, {
      ...server, onBegin: async () => { hangs = 1 }, begin: () => line.askAgain(abort.signal, ({ signal }) => orHang(signal, () => server.begin())),
      append: (id, part) => line.ask(abort.signal, ({ signal }) => orHang(signal, () => server.append(id, part))),
    })
    deepEqual([file.id, server.begun, server.asked], ['f', 1, 1])
    const hanging = line.ask(abort.signal, ({ signal }) => orHang(signal, () => { throw new RookeryError('unavailable') }))
    await rejects(hanging, { code: 'unavailable' })
    hangs = 1
    const cancelled = line.askAgain(abort.signal, ({ signal }) => orHang(signal, async () => 1))
    abort.abort()
    await rejects(cancelled, { name: 'AbortError' })
  })

  it('ends where somebody cancels', async () => {
    const abort = new AbortController()
    const server = createServer()
    await rejects(transfer(bytes, '', abort.signal, { ...server, onProgress() { abort.abort() } }), { name: 'AbortError' })
    equal(server.offset, 0)
  })
})

describe('a draft of another device', () => {
  const own: DraftText = { channelId: 'c', rootId: '', message: 'here', files: [{ key: 'k', fileId: '', name: 'a', sizeBytes: 1, mimeType: 'text/plain' }, { key: 'j', fileId: 'f1', name: 'b', sizeBytes: 1, mimeType: 'text/plain' }], updateAt: 10 }
  const told = { channelId: 'c', rootId: '', message: 'there', fileIds: ['f1', 'f2'], files: [{ id: 'f2', name: 'c', sizeBytes: 3, mimeType: 'image/png' }], updateAt: 11 } as unknown as ToldDraft

  it('counts where it is newer, with the files that are only here', () => {
    const merged = mergeDraft(own, told, false)
    deepEqual([merged?.message, merged?.files.map(({ name }) => name)], ['there', ['b', 'c', 'a']])
    equal(mergeDraft(undefined, told, false)?.files.length, 1)
  })

  it('does not count where the own one is newer or not yet saved', () => {
    deepEqual([mergeDraft(own, { ...told, updateAt: 9 }, false), mergeDraft(own, told, true)], [undefined, undefined])
  })
})

describe('emoji', () => {
  const index = createEmojiIndex(readEmojiTable())

  it('have the characters of their names, with tones of skin', () => {
    deepEqual(['wave_dark_skin_tone', 'nobody_knows', 'heart_dark_skin_tone'].map((name) => index.charactersOf(name)), ['👋🏿', undefined, undefined])
    equal(index.charactersOf('thumbsup'), index.charactersOf('+1'))
    equal(index.find('wave_dark_skin_tone')?.name, 'wave')
  })

  it('are found by name first, then by what they mean', () => {
    equal(index.search('tada', 5)[0]?.name, 'tada')
    ok(index.search('congratulation', 5).length > 0)
    deepEqual(index.search('zzzz', 5), [])
    equal(index.search('', 3).length, 3)
  })

  it('remember what was used last, as Mattermost\'s clients do', () => {
    const once = withUse(undefined, 'wave')
    const twice = withUse(withUse(once, 'tada'), 'wave')
    deepEqual(JSON.parse(twice), [{ name: 'tada', usageCount: 1 }, { name: 'wave', usageCount: 2 }])
    deepEqual([namesOf(twice), namesOf('no json'), namesOf('{}')], [['wave', 'tada'], [], []])
  })
})

describe('a dialog of an integration', () => {
  const form = readDialog({
    title: 'A poll', callback_id: 'poll', notify_on_cancel: true,
    elements: [
      { name: 'question', type: 'text', min_length: 3 }, { name: 'mail', type: 'text', subtype: 'email', optional: true }, { name: 'count', type: 'text', subtype: 'number', default: '3' },
      { name: 'colours', type: 'select', multiselect: true, options: [{ text: 'Red', value: 'red' }], default: 'red' }, { name: 'who', type: 'select', data_source: 'users' },
      { name: 'sure', type: 'bool', default: 'true' }, { name: 'strange', type: 'unheard' }, { type: 'text' }, 'nonsense',
    ],
  })

  it('is read with patience', () => {
    deepEqual(form.fields.map(({ name, kind, initial }) => [name, kind, initial]), [
      ['question', 'text', ''], ['mail', 'text', ''], ['count', 'text', '3'], ['colours', 'select', ['red']], ['who', 'select', ''], ['sure', 'bool', true], ['strange', 'text', ''],
    ])
    deepEqual([readDialog({}).fields, readDialog({ elements: 'no' }).title, form.tellsCancel], [[], '', true])
  })

  it('says what is wrong before anything is sent', () => {
    const problem = (name: string, value: string | string[] | boolean): string => problemOf(form.fields.find((field) => field.name === name)!, value)
    deepEqual([problem('question', ''), problem('question', 'ab'), problem('question', 'abc')], ['missing', 'tooShort', ''])
    deepEqual([problem('mail', ''), problem('mail', 'nobody'), problem('count', 'many'), problem('colours', ['blue']), problem('colours', ['red']), problem('who', 'anybody'), problem('sure', false)], ['', 'noEmail', 'noNumber', 'unknownOption', '', '', ''])
  })

  it('is sent with numbers as numbers and nothing for what was left out', () => {
    deepEqual(submissionOf(form, { question: 'Why?', count: '4' }), { question: 'Why?', mail: null, count: 4, colours: ['red'], who: '', sure: true, strange: '' })
  })
})
