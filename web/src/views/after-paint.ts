/** A page that nobody sees is not painted: what waits for that goes on by then. */
const unseenMs = 500

/** Goes on when what is in the page by now has been painted. Answers how to give that up. */
export function afterPaint(goOn: () => void): () => void {
  const end = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  const done = (): void => {
    end()
    goOn()
  }
  // The first one comes before the picture, the second one after it.
  let frame = requestAnimationFrame(() => { frame = requestAnimationFrame(done) })
  const timer = setTimeout(done, unseenMs)
  return end
}
