import { deepEqual } from 'node:assert/strict'
import { thingsToShow } from './coverage-of-screens.ts'
import { screens } from './screens.ts'

/** They only lead to others, or hold the frame of a plugin, whose own tests look at it. */
const leading = ['route:home', 'route:team', 'route:admin-part', 'route:plugin-page']

describe('the list of screens', () => {
  it('has one for every route, panel, dialog, page of the settings and whatever opens a menu or a dialog', () => {
    const wanted = thingsToShow().filter((thing) => !leading.includes(thing))
    const shown = new Set(screens.flatMap((screen) => screen.shows))
    deepEqual(wanted.filter((thing) => !shown.has(thing)), [], 'add these to test/gates/screens.ts')
    deepEqual([...shown].filter((thing) => !wanted.includes(thing)), [], 'these are there no more')
  })
})
