import { deepEqual } from 'node:assert/strict'
import { createPinia, setActivePinia } from 'pinia'
import { ref } from 'vue'
import { useToasts } from '../../src/ui/toasts.ts'

describe('toasts', () => {
  beforeEach(() => { setActivePinia(createPinia()) })
  const texts = (): string[] => useToasts().toasts.map(({ text }) => text)

  it('take the place of what was said before about the same, and of nothing else', () => {
    const toasts = useToasts()
    const ended: string[] = []
    toasts.show('Polls is disabled', { about: 'plugin polls', ended: () => ended.push('disabled') })
    toasts.show('Copied')
    toasts.show('Polls is enabled', { about: 'plugin polls' })
    toasts.show('Slash commands is enabled', { about: 'plugin slash-commands' })
    deepEqual(texts(), ['Copied', 'Polls is enabled', 'Slash commands is enabled'])
    deepEqual(ended, ['disabled'])
    toasts.dismissAbout('plugin polls')
    deepEqual(texts(), ['Copied', 'Slash commands is enabled'])
  })
  it('go when what they offer is void', () => {
    const toasts = useToasts()
    const state = ref('disabled')
    toasts.show('Polls is disabled', { holds: () => state.value === 'disabled', action: { label: 'Undo', run() {} } })
    toasts.show('Copied')
    deepEqual(texts(), ['Polls is disabled', 'Copied'])
    state.value = 'enabled'
    deepEqual(texts(), ['Copied'])
  })
})
