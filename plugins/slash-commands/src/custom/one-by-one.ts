/** Lets work follow one another, in the order in which it came; what fails holds up nobody. */
export type OneByOne = <Value>(work: () => Promise<Value>) => Promise<Value>

export function createOneByOne(): OneByOne {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
