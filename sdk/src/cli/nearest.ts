/** How many letters are to be changed, added or left out. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_each, index) => index)
  for (let row = 1; row <= one.length; row += 1) {
    const present = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (before[column - 1] as number) + (one[row - 1] === other[column - 1] ? 0 : 1)
      present.push(Math.min(changed, (before[column] as number) + 1, (present[column - 1] as number) + 1))
    }
    before = present
  }
  return before[other.length] as number
}

/** The sentence that names what was probably meant, with a space before it; '' where nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  if (word.length > 60) return ''
  const far = 1 + Math.floor(word.length / 5)
  const [nearest] = [...known].map((name) => ({ name, far: distance(word, name) })).filter((each) => each.far <= far).sort((one, other) => one.far - other.far)
  return nearest ? ` Did you mean ${nearest.name}?` : ''
}
