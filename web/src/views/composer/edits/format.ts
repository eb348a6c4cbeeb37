import { isInCodeBlock, type Edit, type Selection } from './edit.ts'

export const formats = ['bold', 'italic', 'strike', 'code', 'link', 'heading', 'quote', 'bullets', 'numbers', 'codeBlock'] as const
export type Format = typeof formats[number]

const marks = { bold: '**', italic: '_', strike: '~~', code: '`' } as const
const prefixes = { heading: /^#{1,6} /, quote: /^> ?/, bullets: /^\s*[-*+] (?!\[[ x]\])/, numbers: /^\s*\d{1,9}[.)] / } as const

/** What a button of the bar, or its keys, does. The same again takes it back. */
export function format(text: string, selection: Selection, wanted: Format): Edit {
  switch (wanted) {
    case 'bold': case 'italic': case 'strike': case 'code': return toggleMark(text, selection, marks[wanted])
    case 'heading': case 'quote': case 'bullets': case 'numbers': return togglePrefix(text, selection, wanted)
    case 'link': return link(text, selection)
    case 'codeBlock': return toggleCodeBlock(text, selection)
  }
}

function toggleMark(text: string, { start, end }: Selection, mark: string): Edit {
  const size = mark.length
  // Blanks at the ends stay outside: marks beside them mean nothing.
  const chosen = text.slice(start, end)
  const from = chosen.trim() === '' ? start : start + chosen.length - chosen.trimStart().length
  const to = chosen.trim() === '' ? end : end - (chosen.length - chosen.trimEnd().length)
  const inner = text.slice(from, to)
  if (text.slice(from - size, from) === mark && text.slice(to, to + size) === mark) return { from: from - size, to: to + size, insert: inner, selection: { start: from - size, end: to - size } }
  if (inner.length > 2 * size && inner.startsWith(mark) && inner.endsWith(mark)) {
    const bare = inner.slice(size, -size)
    return { from, to, insert: bare, selection: { start: from, end: from + bare.length } }
  }
  return { from, to, insert: mark + inner + mark, selection: { start: from + size, end: to + size } }
}

function linesAt(text: string, { start, end }: Selection): { from: number, to: number, lines: string[] } {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const next = text.indexOf('\n', Math.max(start, end > start && text[end - 1] === '\n' ? end - 1 : end))
  const to = next < 0 ? text.length : next
  return { from, to, lines: text.slice(from, to).split('\n') }
}

function togglePrefix(text: string, selection: Selection, wanted: keyof typeof prefixes): Edit {
  const { from, to, lines } = linesAt(text, selection)
  const written = lines.filter((line) => line.trim() !== '')
  const isOn = written.length > 0 && written.every((line) => prefixes[wanted].test(line))
  const isList = wanted === 'bullets' || wanted === 'numbers'
  let number = 0
  const changed = lines.map((line) => {
    if (isOn) return line.replace(prefixes[wanted], '')
    if (line.trim() === '' && lines.length > 1) return line
    // One kind of list takes the place of the other.
    const bare = isList ? line.replace(prefixes.bullets, '').replace(prefixes.numbers, '') : wanted === 'heading' ? line.replace(prefixes.heading, '') : line
    number += 1
    return { heading: '### ', quote: '> ', bullets: '- ', numbers: `${number}. ` }[wanted] + bare
  })
  const insert = changed.join('\n')
  const end = from + insert.length
  if (selection.start !== selection.end) return { from, to, insert, selection: { start: from, end } }
  const caret = Math.min(end, Math.max(from, selection.start + (changed[0]?.length ?? 0) - (lines[0]?.length ?? 0)))
  return { from, to, insert, selection: { start: caret, end: caret } }
}

const isAddress = (text: string): boolean => /^(?:https?:\/\/|mailto:)\S+$/i.test(text)

function link(text: string, { start, end }: Selection): Edit {
  const chosen = text.slice(start, end)
  const known = /^\[([^\]]*)\]\([^)]*\)$/.exec(chosen)
  if (known) return { from: start, to: end, insert: known[1] ?? '', selection: { start, end: start + (known[1] ?? '').length } }
  if (isAddress(chosen)) return { from: start, to: end, insert: `[](${chosen})`, selection: { start: start + 1, end: start + 1 } }
  const address = 'https://'
  const at = start + chosen.length + 3
  // Without words they come first; with words the address is what is missing.
  return { from: start, to: end, insert: `[${chosen}](${address})`, selection: chosen === '' ? { start: start + 1, end: start + 1 } : { start: at, end: at + address.length } }
}

/** An address that is pasted onto words links them; undefined where it does not. */
export function linkOnto(text: string, { start, end }: Selection, pasted: string): Edit | undefined {
  const chosen = text.slice(start, end)
  if (chosen.trim() === '' || /[\n[\]]/.test(chosen) || isAddress(chosen) || !isAddress(pasted.trim())) return undefined
  const insert = `[${chosen}](${pasted.trim().replaceAll(')', '%29')})`
  return { from: start, to: end, insert, selection: { start: start + insert.length, end: start + insert.length } }
}

/** A fence that the text itself does not contain. */
export const fenceFor = (code: string): string => '`'.repeat(Math.max(3, ...[...code.matchAll(/^\s*(`{3,})/gm)].map(([, ticks = '']) => ticks.length + 1)))

function toggleCodeBlock(text: string, selection: Selection): Edit {
  const { from, to, lines } = linesAt(text, selection)
  const before = /(?:^|\n)```[^\n`]*\n$/.exec(text.slice(0, from))
  const after = /^\n```(?=\n|$)/.exec(text.slice(to))
  const inner = lines.join('\n')
  if (before && after && isInCodeBlock(text, from)) {
    const start = before.index + (before[0].startsWith('\n') ? 1 : 0)
    return { from: start, to: to + after[0].length, insert: inner, selection: { start, end: start + inner.length } }
  }
  const fence = fenceFor(inner)
  const insert = `${fence}\n${inner}\n${fence}`
  const start = from + fence.length + 1
  return { from, to, insert, selection: selection.start === selection.end ? { start: start + inner.length, end: start + inner.length } : { start, end: start + inner.length } }
}

/** A new line within a list or quote goes on with it; an empty item ends it. Undefined where a new line is only that. */
export function newLine(text: string, { start, end }: Selection): Edit | undefined {
  if (start !== end || isInCodeBlock(text, start)) return undefined
  const from = text.lastIndexOf('\n', start - 1) + 1
  const found = /^(\s*)(?:([-*+])( \[[ x]\])?|(\d{1,9})([.)])|(>)) (.*)$/.exec(text.slice(from, start))
  if (!found) return undefined
  const [, indent = '', bullet, box, number, stop = '', quote, rest = ''] = found
  if (rest.trim() === '') return { from, to: start, insert: '', selection: { start: from, end: from } }
  const sign = quote ?? (bullet ? bullet + (box ? ' [ ]' : '') : `${Number(number) + 1}${stop}`)
  const insert = `\n${indent}${sign} `
  return { from: start, to: end, insert, selection: { start: start + insert.length, end: start + insert.length } }
}
