/** A page of the app, as the worker sees it. */
export interface AppPage {
  readonly visibilityState: string
  focus(): Promise<unknown>
  postMessage(message: unknown): void
}

export interface AppPages {
  list(): Promise<readonly AppPage[]>
  open(path: string): Promise<unknown>
}

/** Leads to where a notification says: in a page that is open, one that is seen before others, else in a new one. */
export async function followNotice(data: unknown, pages: AppPages): Promise<void> {
  const { path } = (data ?? {}) as { readonly path?: unknown }
  const noticePath = typeof path === 'string' && /^\/(?!\/)/.test(path) ? path : '/'
  const all = await pages.list()
  const page = all.find(({ visibilityState }) => visibilityState === 'visible') ?? all[0]
  if (!page) return void await pages.open(noticePath)
  page.postMessage({ noticePath })
  await page.focus()
}
