import { deepEqual } from 'node:assert/strict'
import { followNotice, type AppPage } from '../../src/worker/notice-click.ts'

describe('a click on a notification of the worker', () => {
  const follow = async (data: unknown, ...pages: readonly string[]): Promise<string[]> => {
    const done: string[] = []
    const all = pages.map((visibilityState, place): AppPage => ({
      visibilityState, postMessage: (message) => { done.push(`${place} ${JSON.stringify(message)}`) }, focus: async () => { done.push(`${place} focused`) },
    }))
    await followNotice(data, { list: async () => all, open: async (path) => { done.push(`opened ${path}`) } })
    return done
  }

  it('leads a page that is open there, one that is seen before others', async () => {
    deepEqual(await follow({ path: '/engines/pl/x' }, 'hidden', 'visible'), ['1 {"noticePath":"/engines/pl/x"}', '1 focused'])
    deepEqual(await follow({ path: '/engines/pl/x' }, 'hidden'), ['0 {"noticePath":"/engines/pl/x"}', '0 focused'])
  })
  it('opens one where there is none, and never leads away from the app', async () => {
    deepEqual(await follow({ path: '/engines/pl/x' }), ['opened /engines/pl/x'])
    for (const data of [undefined, null, {}, { path: 7 }, { path: 'https://example.com' }, { path: '//example.com' }]) deepEqual(await follow(data), ['opened /'])
  })
})
