export { buildWeb, type WebBuild } from './build-web.ts'
