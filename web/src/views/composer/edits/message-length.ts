/** As the server counts: code points. Short texts are not counted, they cannot be more. */
export const lengthOf = (text: string): number => {
  let length = 0
  for (const _ of text) length += 1
  return length
}

/** Told in the last tenth; negative where it is too long. */
export function remainingOf(text: string, maximum: number): number | undefined {
  if (text.length < maximum * 0.9) return undefined
  const remaining = maximum - lengthOf(text.trim())
  return remaining <= maximum / 10 ? remaining : undefined
}
