import { deepEqual, equal } from 'node:assert/strict'
import { choices, choose, chosen } from '../../src/data/choices.ts'
import { hasOwnNotices } from '../../src/views/settings/own-notices.ts'
import { findSettings, pageNames, pages } from '../../src/views/settings/pages.ts'
import { groupZones } from '../../src/views/settings/time-zones.ts'

const words: Record<string, { title: string, detail: string }> = {
  'display/theme': { title: 'Theme', detail: 'Light, dark, or as in your system.' },
  'display/': { title: 'Display', detail: '' },
  'notifications/channel': { title: 'Mentions of everybody', detail: '@channel, @all and @here' },
  'sidebar/channelOrder': { title: 'Order of channels', detail: 'In all your teams, dark ones too.' },
}

describe('settings', () => {
  it('are found by the words that they show, titles first', () => {
    const find = (typed: string): string[] => findSettings(typed, ({ page, row }) => words[`${page}/${row ?? ''}`] ?? { title: '-', detail: '' }).map(({ page, row }) => `${page}/${row ?? ''}`)
    deepEqual(find('theme'), ['display/theme'])
    deepEqual(find('DARK system'), ['display/theme'])
    deepEqual(find('channel'), ['sidebar/channelOrder', 'notifications/channel'])
    deepEqual(find('di'), ['display/'])
    deepEqual(find('  '), [])
    deepEqual(find('nothing like it'), [])
  })

  it('have one name each', () => {
    const names = pageNames.flatMap((page) => pages[page].map(({ name }) => name))
    equal(new Set(names).size, names.length)
  })

  it('hold what was chosen as long as it is known, and keep `auto` by keeping nothing', async () => {
    const values = new Map([['display_settings/color_scheme', 'dark'], ['display_settings/density', 'huge']])
    const preferences = {
      get: (category: string, name: string) => values.get(`${category}/${name}`),
      async save(category: string, name: string, value: string) { values.set(`${category}/${name}`, value) },
      async remove(category: string, name: string) { values.delete(`${category}/${name}`) },
    }
    equal(chosen(preferences, choices.theme), 'dark')
    equal(chosen(preferences, choices.density), 'normal')
    await choose(preferences, choices.theme, 'auto')
    equal(values.has('display_settings/color_scheme'), false)
    await choose(preferences, choices.clock, 'true')
    equal(chosen(preferences, choices.clock), 'true')
  })

  it('know which channels are told otherwise', () => {
    equal(hasOwnNotices({}), false)
    equal(hasOwnNotices({ desktop: 'default', mark_unread: 'all', push: 'none' }), false)
    equal(hasOwnNotices({ mark_unread: 'mention' }), true)
    equal(hasOwnNotices({ desktop_threads: 'none' }), true)
  })

  it('offer every time zone once, and the one that is chosen even where the browser does not know it', () => {
    const zones = groupZones('Mars/Olympus_Mons', 'en').flatMap(({ options }) => options)
    equal(new Set(zones.map(({ value }) => value)).size, zones.length)
    equal(zones.find(({ value }) => value === 'Mars/Olympus_Mons')?.label, 'Olympus Mons')
    equal(zones.find(({ value }) => value === 'Asia/Tokyo')?.label, 'Tokyo (GMT+09:00)')
  })
})
