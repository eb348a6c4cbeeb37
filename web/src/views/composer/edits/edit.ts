/** What is selected in a text; both ends alike for a caret. Places count as in strings. */
export interface Selection { readonly start: number, readonly end: number }

/** Puts `insert` in place of what lies from `from` to `to`, and then selects. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
  readonly selection: Selection
}

export const applied = (text: string, { from, to, insert }: Edit): string => text.slice(0, from) + insert + text.slice(to)

/** Whether a place lies in a block of code that begins with ``` and has not ended. */
export function isInCodeBlock(text: string, place: number): boolean {
  let isInside = false
  for (const line of text.slice(0, place).split('\n')) if (/^\s*```/.test(line)) isInside = !isInside
  return isInside
}

/** Whether a place lies between backticks of its line, or in a block of code. */
export function isInCode(text: string, place: number): boolean {
  if (isInCodeBlock(text, place)) return true
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place)
  return (line.match(/`/g)?.length ?? 0) % 2 === 1
}
