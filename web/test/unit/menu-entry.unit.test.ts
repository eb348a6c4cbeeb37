import { deepEqual } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { commandsOf, offeredOf, type MenuEntry } from '../../src/views/menus/menu-entry.ts'

describe('entries of menus', () => {
  const entry = (id: string, more: Partial<MenuEntry> = {}): MenuEntry => ({ id, area: 'channel', title: () => id, run() {}, ...more })
  const offered = (groups: readonly (readonly MenuEntry[])[]): string[][] => offeredOf(groups).map((group) => group.map(({ id }) => id))
  const possible = (groups: readonly (readonly MenuEntry[])[]): string[] => commandsOf(groups, () => 'Design').filter(({ when }) => when?.() ?? true).map(({ title, detail }) => `${title()} (${detail?.()})`)

  it('leave out what cannot be done, and parts with nothing in them', () => {
    deepEqual(offered([[entry('a', { when: () => false })], [entry('b'), entry('c', { when: () => true })], []]), [['b', 'c']])
    deepEqual(offered([[entry('sort', { entries: () => [[entry('x', { when: () => false })]] }), entry('d')]]), [['d']])
  })
  it('are commands one by one: those of a menu beside the menu with its name, and all with what they are about', () => {
    const groups = [[entry('mute'), entry('up', { isDisabled: () => true })], [entry('move', { entries: () => [[entry('here', { isChosen: () => true })], [entry('there')]] }), entry('new', { detail: () => '' })]]
    deepEqual(offered(groups), [['mute', 'up'], ['move', 'new']])
    deepEqual(possible(groups), ['mute (Design)', 'move: here (Design)', 'move: there (Design)', 'new ()'])
    deepEqual(possible([[entry('move', { when: () => false, entries: () => [[entry('there')]] })]]), [])
  })
  it('stand in tables: what a menu draws by itself is about one row among many, of a plugin, or a button there was no room for', () => {
    const root = path.resolve(import.meta.dirname, '../../src')
    const drawn = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.vue') && !file.startsWith('ui/') && /<(?:MenuItem|MenuChoice|MenuSub)\b/.test(readFileSync(path.join(root, file), 'utf8')))
    deepEqual(drawn.sort(), [
      'slots/plugin-action.vue', 'views/admin/people/place-list.vue', 'views/admin/people/user-row.vue', 'views/admin/plugins/plugin-page.vue', 'views/blocks/block-element.vue', 'views/composer/format-bar.vue',
      'views/menus/menu-entries.vue', 'views/people/member-list.vue',
    ])
  })
})
