/** Length in Unicode code points, which is what people and Mattermost's limits count. A lone surrogate counts as one. */
export function codePointLength(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length - 1; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xd800 || (text.charCodeAt(index + 1) & 0xfc00) !== 0xdc00) continue
    length -= 1
    index += 1
  }
  return length
}

/** The first `maximum` code points, never half of a pair. */
export function firstCodePoints(text: string, maximum: number): string {
  if (text.length <= maximum) return text
  let end = 0
  for (let count = 0; count < maximum && end < text.length; count += 1) end += text.codePointAt(end)! > 0xffff ? 2 : 1
  return text.slice(0, end)
}
