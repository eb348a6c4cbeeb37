import '@fontsource-variable/inter/wght.css'
import '../ui/styles/index.css'
import { createApp } from 'vue'
import { createPinia } from 'pinia'
import { createClient } from '@rookery/sdk/client'
import { createLive, serverKey } from '../data/index.ts'
import { createLanguages, languagesKey } from '../locales/index.ts'
import App from './app.vue'
import { createAppRouter } from './router.ts'

/** The one place where the parts of the app are put together. */
async function main(): Promise<void> {
  const client = createClient({ url: location.origin, session: 'cookie' })
  const languages = createLanguages()
  const app = createApp(App)
  app.provide(serverKey, { client, live: createLive(client) })
  app.provide(languagesKey, languages)
  app.use(createPinia())
  app.use(languages.i18n)
  await languages.use(localStorage.getItem('rookery.locale') ?? navigator.language)
  app.use(createAppRouter(app))
  app.mount('#app')
}

main().catch(console.error)
