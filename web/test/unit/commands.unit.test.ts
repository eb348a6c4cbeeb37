import { deepEqual, equal } from 'node:assert/strict'
import { createPinia, setActivePinia } from 'pinia'
import { ref } from 'vue'
import { useCommands, type Command } from '../../src/data/commands/commands.ts'

describe('commands', () => {
  const press = { code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
  const keyE = { ...press, key: 'e', code: 'KeyE' }
  const run: string[] = []
  const command = (id: string, more: Partial<Command> = {}): Command => ({ id, area: 'messages', title: () => id, run: () => run.push(id), ...more })
  beforeEach(() => {
    setActivePinia(createPinia())
    run.length = 0
  })

  it('come and go with whoever offers them, one by one or as they are at the moment', () => {
    const commands = useCommands()
    const names = ref(['a'])
    const end = commands.add(() => names.value.map((name) => command(name)), command('x'))
    deepEqual(commands.all.map(({ id }) => id), ['a', 'x'])
    names.value = ['b', 'c']
    deepEqual(commands.all.map(({ id }) => id), ['b', 'c', 'x'])
    end()
    deepEqual(commands.all, [])
  })
  it('hear their keys everywhere, or where they are about something alone', () => {
    const commands = useCommands()
    const edit = command('edit', { shortcut: 'E', alternative: 'Enter', isLocal: true })
    commands.add(edit, command('search', { shortcut: 'Mod+K' }))
    equal(commands.press(keyE, false), false)
    equal(commands.press({ ...press, key: 'k', code: 'KeyK', ctrlKey: true }, true), true)
    equal(commands.pressAmong([edit], keyE), true)
    equal(commands.pressAmong([edit], { ...press, key: 'Enter', code: 'Enter' }), true)
    // Where another script is written the place of the key counts, and while somebody types it is a letter.
    equal(commands.pressAmong([edit], { ...keyE, key: 'ث' }), true)
    equal(commands.pressAmong([edit], keyE, true), false)
    equal(commands.pressAmong([command('never', { shortcut: 'E', when: () => false })], keyE), false)
    deepEqual(run, ['search', 'edit', 'edit', 'edit'])
    equal(commands.keysOf('edit'), 'E')
  })
})
