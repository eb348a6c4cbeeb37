import '@fontsource-variable/inter/wght.css'
import '../ui/styles/index.css'
import { createApp } from 'vue'
import { createPinia } from 'pinia'
import { createClient } from '@rookery/sdk/client'
import { createLive, failureOf, serverKey, useSession } from '../data/index.ts'
import { createLanguages, languagesKey } from '../locales/index.ts'
import App from './app.vue'
import { keepFocus } from './focus.ts'
import { createAppRouter } from './router.ts'

/** The one place where the parts of the app are put together. */
async function main(): Promise<void> {
  const languages = createLanguages()
  const app = createApp(App)
  const client = createClient({
    url: location.origin, session: 'cookie',
    onError(error) {
      // The stream broke because the session is over; the event that would have told may not have come.
      if (failureOf(error).code === 'not_signed_in') void app.runWithContext(() => useSession()).lose()
      else console.error(error)
    },
  })
  app.provide(serverKey, { client, live: createLive(client) })
  app.provide(languagesKey, languages)
  app.use(createPinia())
  app.use(languages.i18n)
  // What is surely needed is asked for together: on a slow line each question after the other costs half a second.
  const session = app.runWithContext(() => useSession())
  if (session.isRemembered()) session.restore().catch(() => {})
  await languages.use(localStorage.getItem('rookery.locale') ?? navigator.language)
  const router = createAppRouter(app, languages)
  app.use(router)
  keepFocus()
  app.mount('#app')
  // Until there is something to show, the page says that it begins (root.html).
  await router.isReady().catch(console.error)
  document.getElementById('beginning')?.remove()
}

main().catch(console.error)
