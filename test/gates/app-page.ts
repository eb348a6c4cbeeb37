import type { Page } from 'playwright-core'

interface App {
  readonly config: { readonly globalProperties: { readonly $router: { push(to: string): Promise<unknown> }, readonly $pinia: { readonly _s: ReadonlyMap<string, Record<string, (...parameters: unknown[]) => unknown>> } } }
  readonly _context: { readonly provides: object }
}

/** Goes to an address as a link in the app would: without loading the page anew. */
export async function go(page: Page, address: string): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#app') !== null && '__vue_app__' in (document.querySelector('#app') as object))
  await page.evaluate(async (to) => {
    const app = (document.querySelector('#app') as unknown as { __vue_app__: App }).__vue_app__
    // A page that asks before it is left waits for an answer.
    const asked = new Promise((_resolve, reject) => { setTimeout(() => { reject(new Error(`${location.pathname} is not left for ${to}`)) }, 15_000) })
    await Promise.race([app.config.globalProperties.$router.push(to), asked])
  }, address)
}

/** Does what a view would do with a store. For what takes many steps to open and is tried by hand elsewhere. */
export async function act(page: Page, store: string, deed: string, ...parameters: unknown[]): Promise<void> {
  await page.evaluate(([name, method, given]) => {
    const app = (document.querySelector('#app') as unknown as { __vue_app__: App }).__vue_app__
    app.config.globalProperties.$pinia._s.get(name)?.[method]?.(...given)
  }, [store, deed, parameters] as const)
}

/** Gives a store what the server would have sent. */
export async function put(page: Page, store: string, field: string, value: unknown): Promise<void> {
  await page.evaluate(([name, key, given]) => {
    const app = (document.querySelector('#app') as unknown as { __vue_app__: App }).__vue_app__
    Object.assign(app.config.globalProperties.$pinia._s.get(name) ?? {}, { [key]: given })
  }, [store, field, value] as const)
}

/** Puts the page into another language as the settings would, and leaves it as it is otherwise. */
export async function speak(page: Page, language: string): Promise<void> {
  await page.evaluate(async (wanted) => {
    const { provides } = (document.querySelector('#app') as unknown as { __vue_app__: App }).__vue_app__._context
    const given = Reflect.ownKeys(provides).map((key) => Reflect.get(provides, key) as { use?(language: string): Promise<void>, current?: unknown })
    await given.find(({ use, current }) => use && current)?.use?.(wanted)
  }, language)
}
