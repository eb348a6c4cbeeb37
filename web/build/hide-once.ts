import type { Plugin } from 'vite'

/** What is replaced by what in the library; each must be there once. */
const mended: readonly (readonly [string, string])[] = [
  ['if (el && !isInsideClosedPopover) undo = hideOthers(el);', 'const before = undo; undo = undefined; if (before) before(); if (el && !isInsideClosedPopover) undo = hideOthers(el);'],
  ['else if (undo) undo();', ''],
  ['if (undo) undo();', 'if (undo) { const last = undo; undo = undefined; last(); }'],
]

/**
 * Behind a dialog the page is hidden from readers. reka-ui takes that back twice for a dialog that closes and goes away
 * in one step, and not at all where its element becomes another one; either leaves the counters of `aria-hidden` wrong, and
 * some later dialog leaves the page hidden for good. Here it is taken back exactly once.
 */
export const hideOnce: Plugin = {
  name: 'hide-once',
  transform(code, id) {
    if (!id.endsWith('/reka-ui/dist/shared/useHideOthers.js')) return null
    return { code: mendHiding(code), map: null }
  },
}

export function mendHiding(code: string): string {
  return mended.reduce((result, [before, after]) => {
    if (result.split(before).length !== 2) throw new Error('reka-ui hides otherwise now: look whether web/build/hide-once.ts is still needed')
    return result.replace(before, after)
  }, code)
}
