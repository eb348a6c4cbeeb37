import { deepEqual, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { mendHiding } from '../../build/hide-once.ts'

type Target = string | undefined

/** The library's function as the page gets it, and what it did. */
function begin(code: string): { show(target: Target): void, unmount(): void, readonly done: string[] } {
  const done: string[] = []
  let show = (_target: Target): void => {}
  let unmount = (): void => {}
  runInNewContext(`${code.replaceAll(/^(?:import|export) .*$/gm, '')}\nuseHideOthers()`, {
    watch: (_source: unknown, changed: (target: unknown) => void) => { show = (target) => { changed(target && { name: target, closest: () => null }) } },
    onUnmounted: (end: () => void) => { unmount = end },
    unrefElement: () => undefined,
    hideOthers: ({ name }: { name: string }) => {
      done.push(`hidden for ${name}`)
      return () => { done.push(`shown again after ${name}`) }
    },
  })
  return { show, unmount, done }
}

describe('what is hidden behind a dialog', () => {
  const code = mendHiding(readFileSync(fileURLToPath(new URL('shared/useHideOthers.js', import.meta.resolve('reka-ui'))), 'utf8'))

  it('is shown again once, whether the dialog closes, becomes another element, or goes away', () => {
    const { show, unmount, done } = begin(code)
    show('one')
    show('another')
    show(undefined)
    unmount()
    deepEqual(done, ['hidden for one', 'shown again after one', 'hidden for another', 'shown again after another'])
    const gone = begin(code)
    gone.show('one')
    gone.unmount()
    gone.unmount()
    deepEqual(gone.done, ['hidden for one', 'shown again after one'])
  })

  it('is looked at anew when the library changes', () => {
    throws(() => mendHiding('function useHideOthers() {}'), /hides otherwise now/)
  })
})
