/** What a click on a notification of the worker tells the page: where it leads (worker/notice-click.ts). */
interface Clicked { readonly noticePath?: string }

export interface SystemNotice { close(): void }

export interface NoticeEvents {
  clicked(): void
  closed(): void
}

type Options = NotificationOptions & { readonly tag: string }

/** By the worker, which answers the click itself: phones know no other way, and it stays when the page is gone. */
async function showByWorker(registration: ServiceWorkerRegistration, title: string, options: Options, path: string): Promise<SystemNotice> {
  await registration.showNotification(title, { ...options, data: { path } })
  return { close() { void registration.getNotifications({ tag: options.tag }).then((shown) => { for (const one of shown) one.close() }) } }
}

function showByPage(title: string, options: Options, { clicked, closed }: NoticeEvents): SystemNotice {
  const notification = new Notification(title, options)
  notification.onclose = closed
  notification.onclick = () => {
    notification.close()
    clicked()
  }
  return notification
}

/** Shows a notification of the system that leads to a path of the app: by the service worker where one is at work, else by the page. */
export async function showSystemNotice(title: string, options: Options, path: string, events: NoticeEvents): Promise<SystemNotice> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
  const registration = await workers?.getRegistration()
  if (registration?.active) return showByWorker(registration, title, options, path)
  try {
    return showByPage(title, options, events)
  } catch (error) {
    // Chrome on Android has the name and refuses to make one: the worker will be there in a moment.
    if (!workers || !(error instanceof TypeError)) throw error
    return showByWorker(await workers.ready, title, options, path)
  }
}

/** Hears in this page of clicks on notifications of the worker; answers how to end that. */
export function onNoticeClick(open: (path: string) => void): () => void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
  const hear = ({ data }: MessageEvent<Clicked | null>): void => { if (data?.noticePath?.startsWith('/')) open(data.noticePath) }
  workers?.addEventListener('message', hear)
  return () => { workers?.removeEventListener('message', hear) }
}
