import { deepEqual, equal } from 'node:assert/strict'
import { applied, isInCode, isInCodeBlock, type Selection } from '../../src/views/composer/edits/edit.ts'
import { meaningOfEnter } from '../../src/views/composer/edits/enter.ts'
import { everybodyIn } from '../../src/views/composer/edits/everybody.ts'
import { format, linkOnto, newLine, type Format } from '../../src/views/composer/edits/format.ts'
import { formatOfKey } from '../../src/views/composer/edits/format-keys.ts'
import { remainingOf } from '../../src/views/composer/edits/message-length.ts'
import { isOfInputMethod } from '../../src/ui/input-method.ts'

/** `[…]` is what is selected, `|` a caret. */
function parse(marked: string): { text: string, selection: Selection } {
  const start = marked.search(/[⟦|]/)
  const text = marked.replace(/[⟦⟧|]/g, '')
  return { text, selection: { start, end: marked.includes('⟧') ? marked.indexOf('⟧') - 1 : start } }
}
const show = (text: string, { start, end }: Selection): string => (start === end ? `${text.slice(0, start)}|${text.slice(start)}` : `${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`)
const does = (marked: string, wanted: Format): string => {
  const { text, selection } = parse(marked)
  const edit = format(text, selection, wanted)
  return show(applied(text, edit), edit.selection)
}
const breaks = (marked: string): string | undefined => {
  const { text, selection } = parse(marked)
  const edit = newLine(text, selection)
  return edit && show(applied(text, edit), edit.selection)
}

/** Each case: what is done, and last what comes of it. */
const all = <Given extends string[]>(does: (...given: Given) => string | undefined, cases: readonly (readonly [...Given, string | undefined])[]): void => {
  for (const each of cases) equal(does(...each.slice(0, -1) as Given), each.at(-1), String(each[0]))
}

describe('formatting in the composer', () => {
  it('marks what is selected, without the blanks at its ends, and takes the marks off again', () => {
    all(does, [
      ['a ⟦word⟧ b', 'bold', 'a **⟦word⟧** b'],
      ['a **⟦word⟧** b', 'bold', 'a ⟦word⟧ b'],
      ['a ⟦**word**⟧ b', 'bold', 'a ⟦word⟧ b'],
      ['a⟦ word ⟧b', 'italic', 'a _⟦word⟧_ b'],
      ['|', 'code', '`|`'],
      ['`|`', 'code', '|'],
      ['⟦كلمة⟧', 'strike', '~~⟦كلمة⟧~~'],
    ])
  })

  it('begins lines, all that are touched, and one kind of list takes the place of the other', () => {
    all(does, [
      ['one\nt|wo', 'quote', 'one\n> t|wo'],
      ['⟦one\n\ntwo⟧', 'numbers', '⟦1. one\n\n2. two⟧'],
      ['⟦1. one\n2. two⟧', 'bullets', '⟦- one\n- two⟧'],
      ['⟦- one\n- two⟧', 'bullets', '⟦one\ntwo⟧'],
      ['# Ti|tle', 'heading', 'Ti|tle'],
      ['|', 'bullets', '- |'],
    ])
  })

  it('puts code between fences that it does not contain, and takes them off', () => {
    all(does, [
      ['⟦a\nb⟧', 'codeBlock', '```\n⟦a\nb⟧\n```'],
      ['```\n⟦a\nb⟧\n```', 'codeBlock', '⟦a\nb⟧'],
      ['⟦```\nx\n```⟧', 'codeBlock', '````\n⟦```\nx\n```⟧\n````'],
    ])
  })

  it('links words, addresses and what is pasted onto words', () => {
    all(does, [
      ['see ⟦this⟧', 'link', 'see [this](⟦https://⟧)'],
      ['⟦https://a.example⟧', 'link', '[|](https://a.example)'],
      ['⟦[this](https://a.example)⟧', 'link', '⟦this⟧'],
    ])
    const { text, selection } = parse('see ⟦this⟧')
    equal(applied(text, linkOnto(text, selection, ' https://a.example/(x) ')!), 'see [this](https://a.example/(x%29)')
    equal(linkOnto(text, selection, 'no address'), undefined)
    equal(linkOnto(text, { start: 1, end: 1 }, 'https://a.example'), undefined)
  })

  it('goes on with lists and quotes, and ends them at an empty item', () => {
    all(breaks, [
      ['- one|', '- one\n- |'],
      ['  9. nine|', '  9. nine\n  10. |'],
      ['- [x] done|', '- [x] done\n- [ ] |'],
      ['> said|', '> said\n> |'],
      ['- one\n- |', '- one\n|'],
      ['words|', undefined],
      ['```\n- one|', undefined],
    ])
  })

  it('knows where code is', () => {
    deepEqual([isInCodeBlock('```\na', 5), isInCodeBlock('```\na\n```\n', 10), isInCode('a `b', 4), isInCode('a `b` c', 7)], [true, false, true, false])
  })

  it('sends with Enter unless keys, code or the person say otherwise, and never for an input method', () => {
    const none = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false }
    const usual = { breaksByDefault: false, isInCodeBlock: false }
    equal(meaningOfEnter(none, usual), 'send')
    equal(meaningOfEnter({ ...none, shiftKey: true }, usual), 'break')
    equal(meaningOfEnter(none, { ...usual, breaksByDefault: true }), 'break')
    equal(meaningOfEnter(none, { ...usual, isInCodeBlock: true }), 'break')
    equal(meaningOfEnter({ ...none, metaKey: true }, { breaksByDefault: true, isInCodeBlock: true }), 'send')
    deepEqual([isOfInputMethod({ isComposing: true, keyCode: 13 }), isOfInputMethod({ isComposing: false, keyCode: 229 }), isOfInputMethod({ isComposing: false, keyCode: 13 })], [true, true, false])
  })

  it('has keys on every keyboard, by their place where a layout writes other letters', () => {
    const press = (key: string, code: string, held: { shiftKey?: boolean, altKey?: boolean, ctrlKey?: boolean, metaKey?: boolean } = {}, { hasSelection = false, isOnMac = false } = {}): Format | undefined =>
      formatOfKey({ key, code, ctrlKey: !isOnMac, metaKey: isOnMac, shiftKey: false, altKey: false, ...held }, hasSelection, isOnMac)
    deepEqual([press('b', 'KeyB'), press('и', 'KeyB'), press('لا', 'KeyB'), press('\uFEFB', 'KeyB'), press('ه', 'KeyI'), press('у', 'KeyE')], ['bold', 'bold', 'bold', 'bold', 'italic', 'code'])
    deepEqual([press('ن', 'KeyK', {}, { hasSelection: true }), press('ن', 'KeyK'), press('b', 'KeyN'), press('b', 'KeyB', { ctrlKey: false })], ['link', undefined, 'bold', undefined])
    const shift = { shiftKey: true }
    deepEqual([press('&', 'Digit7', shift), press('/', 'Digit7', shift), press('7', 'Digit7', shift), press('7', 'Digit7'), press('X', 'KeyX', shift), press('Ч', 'KeyX', shift)], ['numbers', 'numbers', 'numbers', undefined, 'strike', 'strike'])
    // ⌥ writes other letters on a Mac, where Ctrl is for the caret.
    deepEqual([press('Ç', 'KeyC', { shiftKey: true, altKey: true }, { isOnMac: true }), press('b', 'KeyB', { ctrlKey: true, metaKey: false }, { isOnMac: true }), press('k', 'KeyK', { altKey: true })], ['codeBlock', undefined, 'link'])
  })

  it('counts code points, and only near the end', () => {
    equal(remainingOf('short', 100), undefined)
    equal(remainingOf('😀'.repeat(95), 100), 5)
    equal(remainingOf('😀'.repeat(103), 100), -3)
    equal(remainingOf(`${'a'.repeat(100)}   `, 100), 0)
  })

  it('finds the words that tell everybody, outside of code and addresses', () => {
    deepEqual(everybodyIn('@here and @Channel, @all.'), ['here', 'channel', 'all'])
    deepEqual(everybodyIn('`@all` mail@all.example @allison @channel.ops\n```\n@here\n```'), [])
  })
})
