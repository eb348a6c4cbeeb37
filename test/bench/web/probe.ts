import type { Page } from 'playwright-core'

/** Added to a page: how long things take there, as whoever sits before it sees them. */
interface Probe {
  /** Waits for the next key; `switched` is the time from it until the rows of another channel are painted, in milliseconds. */
  awaitKey(): void
  switched: Promise<number>
  /** Opens one of the town's channels by its row in the sidebar; resolves when its rows are painted. */
  open(index: number): Promise<number>
  /** Scrolls by so many pixels in each frame for a while; answers how long the frames took. */
  scroll(pixels: number, ms: number): Promise<number[]>
  /** Of each task of more than 50 ms since the page began. */
  readonly longTasks: number[]
}
declare global { interface Window { probe: Probe } }

export async function addProbe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const log = (): HTMLElement | null => document.querySelector('[role=log]')
    /** What is in sight is measured and drawn. */
    const isPainted = (element: HTMLElement | null): boolean => {
      const rows = [...element?.querySelectorAll<HTMLElement>('[data-post]') ?? []]
      const frame = element?.getBoundingClientRect()
      const last = rows.findLast((row) => getComputedStyle(row).visibility === 'visible')?.getBoundingClientRect()
      return frame !== undefined && last !== undefined && rows.length > 5 && last.bottom > frame.top + frame.height / 2 && last.bottom <= frame.bottom + 1
    }
    const until = (before: Element | null, since: number): Promise<number> => new Promise((resolve) => {
      // What is measured and placed within a frame is drawn by it: asked in the first task after it, for before it nobody knows.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        const at = performance.now()
        if (log() === before || !isPainted(log())) return void requestAnimationFrame(look)
        port1.close()
        resolve(at - since)
      }
      const look = (): void => { port2.postMessage(0) }
      requestAnimationFrame(look)
    })
    const longTasks: number[] = []
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longTasks.push(duration) }).observe({ type: 'longtask', buffered: true })
    window.probe = {
      longTasks,
      switched: Promise.resolve(0),
      awaitKey() {
        const before = log()
        window.probe.switched = new Promise((resolve) => {
          addEventListener('keydown', ({ timeStamp }) => { void until(before, timeStamp).then(resolve) }, { capture: true, once: true })
        })
      },
      open(index) {
        const rows = document.querySelectorAll<HTMLElement>('[data-channel] a[href*="/channels/channel-"]')
        const row = rows[index % rows.length]
        if (!row || row.getAttribute('aria-current')) return Promise.resolve(0)
        const since = performance.now()
        const before = log()
        row.click()
        return until(before, since)
      },
      scroll: (pixels, ms) => new Promise((resolve) => {
        const frames: number[] = []
        let last = 0
        let since = 0
        const step = (now: number): void => {
          if (last > 0) frames.push(now - last)
          since ||= now
          last = now
          const element = log()
          if (!element || now - since > ms) return resolve(frames)
          element.scrollTop += pixels
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
    }
  })
}
