/** An address written in a text as it is, without Markdown around it. */
export interface BareLink {
  readonly start: number
  readonly end: number
  readonly address: string
}

const pattern = /(?<![\p{L}\p{N}_])(?:https?:\/\/|www\.)[^\s<>]+/giu

/** Bare links in order. Those inside `[text](address)` and `![text](address)` are not bare. Blank the code before. */
export function bareLinks(text: string): BareLink[] {
  const links: BareLink[] = []
  for (const { index, 0: match } of blankDestinations(text).matchAll(pattern)) {
    const address = withoutClosing(match)
    links.push({ start: index, end: index + address.length, address })
  }
  return links
}

/** Replaces addresses, bare or in Markdown, by spaces: what is left is what people wrote as words. */
export function blankLinks(text: string): string {
  return blankDestinations(text).replace(pattern, spaces)
}

function blankDestinations(text: string): string {
  return text.replace(/(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+"[^"\n]*")?\)/g, spaces)
}

const spaces = (text: string): string => ' '.repeat(text.length)

/** Punctuation at the end belongs to the sentence; so does a closing bracket that the address did not open. */
function withoutClosing(address: string): string {
  let opened = 0
  for (const character of address) {
    if (character === '(') opened += 1
    else if (character === ')') opened -= 1
  }
  let end = address.length
  while (end > 0) {
    const last = address[end - 1]!
    if (last === ')' && opened < 0) opened += 1
    else if (!'?!.,:;*_~\'"'.includes(last)) break
    end -= 1
  }
  return address.slice(0, end)
}
