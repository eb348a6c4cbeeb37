import type { App } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { useSession } from '../data/index.ts'
import type { Languages } from '../locales/index.ts'
import { routes } from './routes.ts'

export function createAppRouter(app: App, languages: Pick<Languages, 'whole'>): Router {
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach(async (to) => {
    const session = app.runWithContext(() => useSession())
    if (session.state === 'unknown') {
      try {
        await session.restore()
      } catch {
        return to.name === 'unreachable' ? true : { name: 'unreachable', query: { next: to.fullPath } }
      }
    }
    const isSignedIn = session.state === 'signedIn'
    if (to.meta.isOpen || isSignedIn !== Boolean(to.meta.isForStrangers)) return true
    if (isSignedIn) return { name: 'home' }
    if (!await session.hasAccounts().catch(() => true)) return { name: 'setup', params: { step: 'account' } }
    return { name: 'login', query: { ...(session.wasEnded && { ended: 'true' }), ...(to.fullPath !== '/' && { next: to.fullPath }) } }
  })
  // Nobody reads the name of a text instead of the text.
  router.beforeResolve(async ({ matched }) => { if (matched.some(({ meta }) => meta.saysMore)) await languages.whole() })
  return router
}
