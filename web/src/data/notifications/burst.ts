/** Where so many notices come within this time, the rest are quiet and stand in each other's place. */
const maximum = 4
const withinMs = 10_000

/** Counts notices: answers whether this one is more than anybody wants to hear one by one. */
export function createBurst(): (now: number) => boolean {
  let recent: number[] = []
  return (now) => {
    recent = [...recent.filter((at) => now - at < withinMs), now].slice(-maximum - 1)
    return recent.length > maximum
  }
}
