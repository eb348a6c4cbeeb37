export { createPluginJobs, type PluginJobs } from './jobs.ts'
