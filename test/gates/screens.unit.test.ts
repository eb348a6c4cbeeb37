import { deepEqual } from 'node:assert/strict'
import { thingsToShow } from './coverage-of-screens.ts'
import { screens } from './screens.ts'

/** They only lead to others, or show what plugins have made, and their own tests look at them. */
const leading = ['route:home', 'route:team', 'route:post-anywhere', 'route:admin-part', 'route:plugin-page', 'views/blocks/block-element.vue']

describe('the list of screens', () => {
  it('has one for every route, panel, dialog, page of the settings and whatever opens a menu or a dialog', () => {
    const wanted = thingsToShow().filter((thing) => !leading.includes(thing))
    const shown = new Set(screens.flatMap((screen) => screen.shows))
    deepEqual(wanted.filter((thing) => !shown.has(thing)), [], 'add these to test/gates/screens.ts')
    deepEqual([...shown].filter((thing) => !wanted.includes(thing)), [], 'these are there no more')
  })
})
