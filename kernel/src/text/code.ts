/**
 * The message with its code replaced by spaces, position for position: fenced blocks, indented blocks and code spans, as
 * in CommonMark. Line breaks stay. Linear in the length of the message.
 */
export function blankCode(message: string): string {
  if (!/[`~\t]| {4}/.test(message)) return message
  const output: string[] = []
  let paragraph = ''
  let fence: { readonly mark: string, readonly isQuoted: boolean } | null = null
  let isAfterText = false
  let isInList = false

  const endParagraph = (): void => {
    if (paragraph !== '') output.push(blankSpans(paragraph))
    paragraph = ''
    isAfterText = false
  }

  for (const line of message.split(/(?<=\n)/)) {
    const quote = /^(?: {0,3}>)*/.exec(line)![0]
    const content = line.slice(quote.length)
    if (fence !== null && (!fence.isQuoted || quote !== '')) {
      output.push(blank(line))
      const closing = /^ {0,3}(`{3,}|~{3,})[ \t\r\n]*$/.exec(content)?.[1]
      if (closing?.startsWith(fence.mark)) fence = null
      continue
    }
    fence = null
    const opening = /^(?:(?: {0,3}(?:[-*+]|\d{1,9}[.)]))+ )? *(?:(`{3,})[^`\n]*|(~{3,}).*)\n?$/.exec(content)
    if (opening !== null && (isInList || !/^ {4}/.test(content))) {
      endParagraph()
      fence = { mark: opening[1] ?? opening[2]!, isQuoted: quote !== '' }
      output.push(blank(line))
      continue
    }
    const isEmpty = content.trim() === ''
    if (isEmpty) {
      endParagraph()
      output.push(line)
      continue
    }
    if (/^(?: {4}| {0,3}\t)/.test(content) && !isAfterText && !isInList) {
      output.push(blank(line))
      continue
    }
    if (/^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/.test(content)) isInList = true
    else if (!/^[ \t]/.test(content) && !isAfterText) isInList = false
    paragraph += line
    isAfterText = true
  }
  endParagraph()
  return output.join('')
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** Blanks `code spans`: a run of backticks up to the next run of the same length. */
function blankSpans(paragraph: string): string {
  if (!paragraph.includes('`')) return paragraph
  const runs = [...paragraph.matchAll(/`+/g)].map(({ index, 0: marks }) => ({ start: index, length: marks.length }))
  // For each run the next one of its length, found from the right in one pass.
  const nextOfLength = new Map<number, number>()
  const closings = new Array<number | undefined>(runs.length)
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    closings[index] = nextOfLength.get(runs[index]!.length)
    nextOfLength.set(runs[index]!.length, index)
  }
  let output = ''
  let position = 0
  for (let index = 0; index < runs.length; index += 1) {
    const closing = closings[index]
    const { start } = runs[index]!
    if (closing === undefined || isEscaped(paragraph, start)) continue
    const end = runs[closing]!.start + runs[closing]!.length
    output += paragraph.slice(position, start) + blank(paragraph.slice(start, end))
    position = end
    index = closing
  }
  return output + paragraph.slice(position)
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0
  while (text[position - 1 - backslashes] === '\\') backslashes += 1
  return backslashes % 2 === 1
}
